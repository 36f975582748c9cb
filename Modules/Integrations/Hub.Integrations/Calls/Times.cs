using System.Globalization;
using System.Text.Json;

namespace Hub.Integrations.Calls;

/// <summary>Reads the times that providers tell, in whatever form; what makes no sense is no time.</summary>
internal static class Times
{
    private static readonly long Latest = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>Seconds since 1970, as a number or as text.</summary>
    public static DateTimeOffset? FromSeconds(JsonElement? value) =>
        Seconds(value) is { } seconds and >= 0 && seconds <= Latest ? DateTimeOffset.FromUnixTimeSeconds((long)seconds) : null;

    /// <summary>A number of seconds since 1970, or a text of any known form.</summary>
    public static DateTimeOffset? Of(JsonElement? value) => value is { ValueKind: JsonValueKind.Number } ? FromSeconds(value) : FromText(JsonPaths.Text(value));

    /// <summary>ISO 8601, a date alone, RFC 9110's form, <c>2026-12-31 10:00:00 UTC</c>, or seconds since 1970.</summary>
    public static DateTimeOffset? FromText(string? text) =>
        text is null ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? seconds <= Latest ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null
        : DateTimeOffset.TryParse(
            text.Replace(" UTC", "Z", StringComparison.Ordinal), CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time : null;

    /// <summary>How long something lasts, RFC 6749's <c>expires_in</c>: some providers send it as text.</summary>
    /// <returns>Null where nothing is said; a time that is over for zero and less.</returns>
    public static DateTimeOffset? In(JsonElement? lifetime, DateTimeOffset now) =>
        Seconds(lifetime) is not { } seconds ? null
        : seconds <= 0 ? now
        : seconds < TimeSpan.FromDays(3650).TotalSeconds ? now.AddSeconds(seconds) : null;

    private static double? Seconds(JsonElement? value) =>
        JsonPaths.Text(value) is { } text && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number : null;
}
