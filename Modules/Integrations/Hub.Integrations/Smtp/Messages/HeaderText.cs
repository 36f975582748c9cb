using System.Text;

namespace Hub.Integrations.Smtp.Messages;

/// <summary>Text in headers: as it is where that survives every mail server, else in encoded words (RFC 2047), folded in either case.</summary>
internal static class HeaderText
{
    public const string Fold = "\r\n ";
    private const int LineLength = 76;

    // RFC 2047, 2: a line with such words has at most 76 characters. 39 bytes are 52 in base64, beside 12 of frame and 10 of the header's name.
    private const int BytesPerWord = 39;

    /// <param name="name">Of the header, with its colon: the first line is shorter by that.</param>
    /// <param name="text">Without control characters.</param>
    public static string Unstructured(string name, string text) => SurvivesAsItIs(text) ? Folded(text, name.Length + 1) : Words(text);

    /// <summary>A mailbox as it stands in From, To, Cc and Reply-To.</summary>
    public static string Mailbox(MailAddress address)
    {
        if (address.Name is not { } name)
            return address.Wire;
        var shown = SurvivesAsItIs(name) && name.Length <= 60 ? Quoted(name) : Words(name);
        return shown.Length + address.Wire.Length <= LineLength - 13 ? $"{shown} <{address.Wire}>" : $"{shown}{Fold}<{address.Wire}>";
    }

    public static string Mailboxes(IEnumerable<MailAddress> addresses) => string.Join("," + Fold, addresses.Select(Mailbox));

    // What looks like an encoded word would be read as one, and readers take spaces at the ends, or several in a row, for folding.
    private static bool SurvivesAsItIs(string text) =>
        text.Length > 0 && text.All(c => c is >= ' ' and <= '~') && !text.Contains("=?", StringComparison.Ordinal)
        && text[0] is not ' ' && text[^1] is not ' ' && !text.Contains("  ", StringComparison.Ordinal)
        && text.Split(' ').All(word => word.Length < LineLength - 16);

    private static string Folded(string text, int used)
    {
        var folded = new StringBuilder(text.Length + 16);
        foreach (var word in text.Split(' '))
        {
            if (folded.Length > 0)
            {
                var fits = used + 1 + word.Length <= LineLength;
                folded.Append(fits ? " " : Fold);
                used = fits ? used + 1 : 1;
            }

            folded.Append(word);
            used += word.Length;
        }

        return folded.ToString();
    }

    private static string Quoted(string name) =>
        $"\"{name.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static string Words(string text)
    {
        var words = new List<string>();
        var bytes = new List<byte>(BytesPerWord);
        Span<byte> encoded = stackalloc byte[4];
        // No character may be torn between two words.
        foreach (var rune in text.EnumerateRunes())
        {
            var length = rune.EncodeToUtf8(encoded);
            if (bytes.Count + length > BytesPerWord)
                Close();
            bytes.AddRange(encoded[..length]);
        }

        Close();
        return string.Join(Fold, words);

        void Close()
        {
            if (bytes.Count > 0)
                words.Add($"=?utf-8?B?{Convert.ToBase64String(bytes.ToArray())}?=");
            bytes.Clear();
        }
    }
}
