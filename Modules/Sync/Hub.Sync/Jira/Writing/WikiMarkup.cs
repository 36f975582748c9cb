using System.Text;
using System.Text.RegularExpressions;

namespace Hub.Sync.Jira.Writing;

/// <summary>
/// Plain text for a Data Center, which takes every text for wiki markup: what would be markup is escaped, so that people read what was written. Signs
/// inside words (user-friendly, snake_case) are none and stay as they are.
/// </summary>
internal static partial class WikiMarkup
{
    private const string Always = "{}[]|";
    private const string AtEdges = "*_-+^~?!#";

    public static string Of(string text)
    {
        var plain = text.ReplaceLineEndings("\n");
        var markup = new StringBuilder(plain.Length + 16);
        for (var at = 0; at < plain.Length; at++)
        {
            if (Always.Contains(plain[at]) || (AtEdges.Contains(plain[at]) && !IsInsideWord(plain, at)))
                markup.Append('\\');
            markup.Append(plain[at]);
        }

        return BlockPrefix().Replace(markup.ToString(), @"$1\.");
    }

    private static bool IsInsideWord(string text, int at) =>
        at > 0 && at + 1 < text.Length && char.IsLetterOrDigit(text[at - 1]) && char.IsLetterOrDigit(text[at + 1]);

    [GeneratedRegex(@"^(\s*(?:h[1-6]|bq))\.", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex BlockPrefix();
}
