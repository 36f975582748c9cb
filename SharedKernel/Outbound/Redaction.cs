using System.Text;
using System.Text.RegularExpressions;

namespace Hub.SharedKernel.Outbound;

/// <summary>Takes secrets out of text that people or logs will see.</summary>
public static partial class Redaction
{
    public const string Mark = "[redacted]";

    private const int ShortestSecret = 4;
    private const int ShortestLine = 12;

    /// <summary>
    /// The text without the secrets, however they are written in it (plain, or inside percent, form, JSON, HTML, base64 or hex encoding, two of them
    /// nested included), without user information in URLs, and without what looks like an authorization value or a well-known kind of token.
    /// Secrets shorter than 4 characters are ignored: taking them out would destroy the text and reveal them by the gaps.
    /// Meant for messages and heads of bodies: some 0.2 ms for 200 characters, 2 ms for 4,000.
    /// </summary>
    public static string Redact(string text, IEnumerable<string> secrets)
    {
        var hidden = new bool[text.Length];
        HideSecrets(text, [.. secrets.SelectMany(Parts).Where(part => part.Length >= ShortestSecret).Distinct()], hidden);
        HideMatches(UserInfo().Matches(text), hidden, _ => true);
        HideMatches(Scheme().Matches(text), hidden, LooksSecret);
        HideMatches(Assignment().Matches(text), hidden, LooksSecret);
        HideMatches(KnownToken().Matches(text), hidden, _ => true);
        return Array.IndexOf(hidden, true) < 0 ? text : Marked(text, hidden);
    }

    // A key file may be quoted by lines, a webhook URL without its host.
    private static IEnumerable<string> Parts(string secret)
    {
        yield return secret;
        yield return secret.Trim();
        if (secret.Contains('\n', StringComparison.Ordinal))
            foreach (var line in secret.Split('\n', StringSplitOptions.TrimEntries))
                if (line.Length >= ShortestLine && !line.StartsWith("-----", StringComparison.Ordinal))
                    yield return line;
        if (!Uri.TryCreate(secret, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp))
            yield break;
        foreach (var part in new[] { url.PathAndQuery, url.AbsolutePath })
            if (part.Length >= ShortestLine)
                yield return part;
    }

    private static void HideSecrets(string text, string[] secrets, bool[] hidden)
    {
        if (secrets.Length == 0 || text.Length == 0)
            return;
        var needles = secrets.Select(Encoding.UTF8.GetBytes).Concat(secrets.Where(OnlyLatin1).Select(Encoding.Latin1.GetBytes)).ToArray();
        foreach (var view in Decodings.Views(text))
            foreach (var needle in needles)
                for (int at = 0, found; (found = view.Bytes[at..].IndexOf(needle)) >= 0; at += found + 1)
                    Hide(hidden, view.Origin(at + found, needle.Length));
    }

    private static bool OnlyLatin1(string secret) => !Ascii.IsValid(secret) && secret.All(c => c <= '\u00ff');

    private static void HideMatches(MatchCollection matches, bool[] hidden, Func<string, bool> really)
    {
        foreach (Match match in matches)
            if (match.Groups["value"] is var value && really(value.Value))
                Hide(hidden, (value.Index, value.Index + value.Length));
    }

    // "Bearer token required" is a sentence; "Bearer 8f2a91c7" is not.
    private static bool LooksSecret(string value) => value.Length >= 20 || (value.Length >= 8 && value.Any(c => char.IsAsciiDigit(c) || c == '='));

    private static void Hide(bool[] hidden, (int From, int To) stretch) => Array.Fill(hidden, true, stretch.From, stretch.To - stretch.From);

    private static string Marked(string text, bool[] hidden)
    {
        var result = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
            if (!hidden[at])
                result.Append(text[at]);
            else if (at == 0 || !hidden[at - 1])
                result.Append(Mark);
        return result.ToString();
    }

    [GeneratedRegex("""://(?<value>[^/\s?#]+)@""", RegexOptions.CultureInvariant)]
    private static partial Regex UserInfo();

    [GeneratedRegex("""\b(?:basic|bearer|token|digest|negotiate|apikey|api-token|geniekey|ssws)\s+(?<value>[^\s"',;<>]+)""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Scheme();

    [GeneratedRegex("""(?:authorization|api[-_]?key|token|secret|passw(?:or)?d|signature|cookie)["']?\s*[:=]\s*["']?(?<value>[^\s"'&,;<>]+)""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Assignment();

    [GeneratedRegex("""\b(?<value>(?:gh[a-z]_|github_pat_|glpat-|xox[a-z]-|ATATT|ATCTT|AKIA|ASIA|whsec_|eyJ)[\w.+/=-]{12,})""",
        RegexOptions.CultureInvariant)]
    private static partial Regex KnownToken();
}
