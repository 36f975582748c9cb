using System.Globalization;
using System.Text;

namespace Hub.Sync.Github.ReleaseNotes;

/// <summary>Release notes as Markdown: a heading per category, a line per pull request, thanks at the end.</summary>
internal static class NotesText
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public static string Of(string title, IReadOnlyCollection<MergedPull> pulls, IReadOnlyCollection<string> contributors)
    {
        var text = new StringBuilder($"# {Escape(title)}\n");
        foreach (var (id, heading) in PullCategory.All)
        {
            var own = pulls.Where(pull => pull.Category == id).ToArray();
            if (own.Length == 0)
                continue;
            text.Append(Invariant, $"\n## {heading}\n\n");
            foreach (var pull in own)
                text.Append(Invariant, $"* {Escape(pull.Title)} ([#{pull.Number}]({pull.Url})){By(pull)}{Tickets(pull)}\n");
        }

        if (pulls.Count == 0)
            text.Append("\nNo pull request was merged in between.\n");
        if (contributors.Count > 0)
            text.Append(Invariant, $"\n## Contributors\n\n{string.Join(", ", contributors.Select(login => "@" + Escape(login)))}\n");
        return text.ToString();
    }

    private static string By(MergedPull pull) => pull.Author is null ? "" : $" by @{Escape(pull.Author)}";

    private static string Tickets(MergedPull pull) => pull.Tickets.Count == 0 ? "" : $" ({string.Join(", ", pull.Tickets.Select(ticket => Escape(ticket.Key)))})";

    // Titles are anybody's words: they must stay on their line and bring no markup, links or mentions of their own.
    private static string Escape(string words)
    {
        var text = new StringBuilder(words.Length);
        foreach (var c in words.ReplaceLineEndings(" "))
            text.Append(c is '\\' or '`' or '*' or '_' or '[' or ']' or '<' or '>' or '#' or '|' or '!' or '~' ? $"\\{c}" : char.IsControl(c) ? " " : $"{c}");
        return text.ToString();
    }
}
