using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Hub.FakeJira;

/// <summary>Where a walk stands: its query and fields, the last issue it gave (in the state it gave it), and the next page's number.</summary>
sealed record PagePosition(string Binding, Issue? Last, int Page, DateTimeOffset Expires, string Token);

/// <summary>Opaque page tokens. A token can be used again, for the same query and fields, until it expires.</summary>
sealed class PageTokens(TimeProvider clock)
{
    readonly ConcurrentDictionary<string, PagePosition> positions = new(StringComparer.Ordinal);

    public string Issue(string binding, Issue? last, int page, TimeSpan lifetime)
    {
        var token = Convert.ToBase64String(RandomNumberGenerator.GetBytes(36));
        positions[token] = new PagePosition(binding, last, page, clock.GetUtcNow() + lifetime, token);
        return token;
    }

    public PagePosition Read(string token, string binding) =>
        positions.TryGetValue(token, out var position) && position.Binding == binding && clock.GetUtcNow() < position.Expires
            ? position
            : throw new JiraProblem(400, "The provided next page token is invalid, has expired, or belongs to another search request.");
}
