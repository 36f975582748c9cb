using System.Text.RegularExpressions;

namespace Hub.Sync.Github.Links;

/// <summary>
/// Keys of tickets that people write into commits, branches and pull requests, such as <c>ENG-12</c>. Whether there is such a ticket is asked when links
/// are read: the ticket may come later than the commit.
/// </summary>
internal static partial class TicketKeys
{
    private const int Most = 50;

    /// <param name="texts">Titles, messages and the like: a key is in capitals there.</param>
    public static IReadOnlyList<string> Of(params ReadOnlySpan<string?> texts) => Find(Written(), texts);

    /// <param name="name">Of a branch: many people write keys small there.</param>
    public static IReadOnlyList<string> OfBranch(string? name) => Find(InAnyCase(), name);

    private static string[] Find(Regex pattern, params ReadOnlySpan<string?> texts)
    {
        var keys = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var text in texts)
            for (var match = pattern.Match(text ?? ""); match.Success && keys.Count < Most; match = match.NextMatch())
                keys.Add(match.Value.ToUpperInvariant());
        return [.. keys];
    }

    // Not in the middle of a word or number, and without zeros in front, as Jira counts.
    [GeneratedRegex(@"(?<![A-Za-z0-9_])[A-Z][A-Z0-9_]{1,63}-[1-9][0-9]{0,9}(?![0-9A-Za-z])", RegexOptions.CultureInvariant)]
    private static partial Regex Written();

    // In a name, words are joined with "-" and "_": a key may come directly after one and be followed by one.
    [GeneratedRegex(@"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9]{1,63}-[1-9][0-9]{0,9}(?![0-9A-Za-z])", RegexOptions.CultureInvariant)]
    private static partial Regex InAnyCase();
}
