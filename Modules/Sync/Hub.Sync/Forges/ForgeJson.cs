using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hub.Sync.Github.Api;
using Hub.Sync.Github.Links;
using Hub.Sync.Providers;

namespace Hub.Sync.Forges;

/// <summary>Reads records of GitLab and Azure DevOps.</summary>
internal static partial class ForgeJson
{
    private const string Heads = "refs/heads/";

    /// <summary>A time; older GitLabs write it as <c>2017-09-15 16:50:55 UTC</c>.</summary>
    public static DateTimeOffset? When(this JsonElement value, params ReadOnlySpan<string> path) => value.Time(path)
        ?? (DateTimeOffset.TryParse(
            value.Text(path)?.Replace(" UTC", "Z", StringComparison.Ordinal), CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null);

    /// <returns>The branch's name; null for tags and the like.</returns>
    public static string? BranchOf(string? reference) => reference?.StartsWith(Heads, StringComparison.Ordinal) is true ? reference[Heads.Length..] : null;

    public static IReadOnlyList<string> KeysOf(string title, string? body, string head) =>
        [.. TicketKeys.Of(title, body).Union(TicketKeys.OfBranch(head)).Order(StringComparer.Ordinal)];

    /// <summary>The words of HTML.</summary>
    public static string? Words(string? html) =>
        html is null ? null : Spaces().Replace(WebUtility.HtmlDecode(Tag().Replace(html, " ")), " ").Trim() is { Length: > 0 } text ? text : null;

    [GeneratedRegex("<[^<>]*>", RegexOptions.CultureInvariant)]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Spaces();
}
