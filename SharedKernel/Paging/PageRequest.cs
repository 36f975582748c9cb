using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hub.SharedKernel.Problems;

namespace Hub.SharedKernel.Paging;

/// <summary>
/// A validated <c>limit</c> and <c>cursor</c>. The cursor is opaque: a fingerprint of the filter it belongs to and the key of the last row given,
/// so that a page neither repeats nor skips rows while others are written.
/// </summary>
public sealed class PageRequest
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;

    private readonly string fingerprint;

    private PageRequest(int limit, string? after, string fingerprint) => (Limit, After, this.fingerprint) = (limit, after, fingerprint);

    public int Limit { get; }

    /// <summary>Rows to ask the database for: one more than the page, to know whether another follows.</summary>
    public int Fetch => Limit + 1;

    /// <summary>Key of the last row of the page before; null on the first page.</summary>
    public string? After { get; }

    public long? AfterId => After is null ? null
        : long.TryParse(After, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : throw BadCursor();

    /// <param name="limit">1-200, default 50; anything else is 400.</param>
    /// <param name="cursor">As given out before for the same filter; anything else is 400.</param>
    /// <param name="filter">Every filter value of the list: a cursor only fits the list it came from.</param>
    public static PageRequest Read(int? limit, string? cursor, params ReadOnlySpan<object?> filter)
    {
        if (limit is < 1 or > MaxLimit)
            throw new InvalidException("limit", $"must be between 1 and {MaxLimit}");
        var fingerprint = Fingerprint(filter);
        return new PageRequest(limit ?? DefaultLimit, cursor is null ? null : Decode(cursor, fingerprint), fingerprint);
    }

    /// <summary>Cuts the extra row off and says where the next page starts.</summary>
    public Page<T> Page<T>(IReadOnlyList<T> rows, Func<T, object> key)
    {
        if (rows.Count <= Limit)
            return new Page<T>(rows, null);
        var items = rows.Take(Limit).ToArray();
        return new Page<T>(items, CursorAfter(key(items[^1])));
    }

    /// <summary>The cursor behind a row, for lists that end a page before it is full.</summary>
    public string CursorAfter(object key) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{fingerprint}:{Convert.ToString(key, CultureInfo.InvariantCulture)}"));

    private static string Decode(string cursor, string fingerprint)
    {
        if (!Base64Url.IsValid(cursor))
            throw BadCursor();
        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split(':', 2);
        return parts.Length == 2 && parts[0] == fingerprint ? parts[1] : throw BadCursor();
    }

    private static string Fingerprint(ReadOnlySpan<object?> filter)
    {
        var text = new StringBuilder();
        foreach (var value in filter)
            text.Append(Convert.ToString(value, CultureInfo.InvariantCulture)).Append('\u001f');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 6));
    }

    private static InvalidException BadCursor() =>
        new("cursor", "is not a cursor of this list with these filters; start again without it", "invalid_cursor");
}
