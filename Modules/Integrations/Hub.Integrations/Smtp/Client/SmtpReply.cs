using System.Text.RegularExpressions;

namespace Hub.Integrations.Smtp.Client;

/// <summary>A complete answer of a mail server.</summary>
/// <param name="Code">200-599.</param>
/// <param name="Lines">The texts of its lines, without the code.</param>
internal sealed partial record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    public bool IsPositive => Code is >= 200 and < 300;

    /// <summary>A refusal that may pass (RFC 5321, 4.2.1).</summary>
    public bool IsTransient => Code is >= 400 and < 500;

    /// <summary>The server's own words for people.</summary>
    public string Words => $"{Code} {string.Join(' ', Lines)}".TrimEnd();

    /// <summary>A refusal because of who sends rather than of what or to whom (RFC 3463, X.7; RFC 4954).</summary>
    public bool IsAboutSender => Code == 530 || (Lines.Count > 0 && Lines[0].StartsWith("5.7.", StringComparison.Ordinal));

    /// <summary>A refusal because of too much mail, told by its words: the codes are used for everything.</summary>
    public bool IsThrottling => IsTransient && Throttling().IsMatch(Words);

    [GeneratedRegex(@"\b(?:rate|too many|too much|too quickly|too fast|limit|limits|throttl\w*|quota|exceeded|slow down)\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Throttling();
}
