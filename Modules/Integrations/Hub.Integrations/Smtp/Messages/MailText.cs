namespace Hub.Integrations.Smtp.Messages;

/// <summary>What may stand in a header. A line break there would be the start of another header, or of the message.</summary>
internal static class MailText
{
    public const string Rule = "must not hold line breaks or other control characters";

    /// <returns>The rule that the text breaks; null when it may stand in a header.</returns>
    public static string? Refusal(string text) =>
        text.Any(char.IsControl) ? Rule : IsWellFormed(text) ? null : "must be valid Unicode text";

    public static bool IsWellFormed(string text)
    {
        for (var at = 0; at < text.Length; at++)
            if (char.IsSurrogate(text[at]) && !(char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[++at])))
                return false;
        return true;
    }
}
