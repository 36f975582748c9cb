using System.Globalization;
using System.Text;

namespace Hub.Integrations.Smtp.Messages;

/// <summary>An address that can stand in a command and in a header as it is.</summary>
/// <param name="Name">Shown beside the address; null when there is none.</param>
/// <param name="Local">Before the @; may hold characters beyond ASCII (RFC 6531).</param>
/// <param name="Domain">After the @, in ASCII (RFC 3492).</param>
internal sealed record MailAddress(string? Name, string Local, string Domain)
{
    private const int MaxName = 200;
    private const int MaxLocalBytes = 64;
    private const int MaxBytes = 254;
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    public string Wire => $"{Local}@{Domain}";

    public bool NeedsUtf8 => !Ascii.IsValid(Local);

    public override string ToString() => Wire;

    /// <summary>Reads <c>ann@example.com</c>, <c>Ann Lee &lt;ann@example.com&gt;</c> or <c>"Lee, Ann" &lt;ann@example.com&gt;</c>.</summary>
    /// <param name="text">One address.</param>
    /// <param name="wrong">What is wrong with it, as the end of a sentence; else null.</param>
    public static MailAddress? Parse(string text, out string? wrong)
    {
        wrong = MailText.Refusal(text);
        if (wrong is not null)
            return null;
        var trimmed = text.Trim();
        var open = trimmed.EndsWith('>') ? trimmed.LastIndexOf('<') : -1;
        var (name, address) = open < 0 ? (null, trimmed) : (Unquoted(trimmed[..open].Trim()), trimmed[(open + 1)..^1]);
        wrong = address.Contains(',', StringComparison.Ordinal) || address.Contains(';', StringComparison.Ordinal)
            ? "must be one address; send several as a list"
            : name?.Length > MaxName ? $"has a name of more than {MaxName} characters" : null;
        return wrong is null ? Of(name, address, out wrong) : null;
    }

    /// <param name="name">Shown beside the address.</param>
    /// <param name="address">The bare address.</param>
    /// <param name="wrong">What is wrong with it, as the end of a sentence; else null.</param>
    public static MailAddress? Of(string? name, string address, out string? wrong)
    {
        var at = address.LastIndexOf('@');
        wrong = "must be an e-mail address such as ann@example.com";
        if (MailText.Refusal(address) is { } refusal)
            wrong = refusal;
        else if (at > 0 && IsLocal(address[..at]) && DomainOf(address[(at + 1)..]) is { } domain && address.Length <= MaxBytes)
        {
            wrong = null;
            return new MailAddress(string.IsNullOrWhiteSpace(name) ? null : name.Trim(), address[..at], domain);
        }

        return null;
    }

    // RFC 5321, 4.1.2, Dot-string. Quoted ones are not accepted: hardly anybody has one, and they carry the characters that commands are made of.
    private static bool IsLocal(string local) =>
        Encoding.UTF8.GetByteCount(local) <= MaxLocalBytes
        && !local.StartsWith('.') && !local.EndsWith('.') && !local.Contains("..", StringComparison.Ordinal)
        && local.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-/=?^_`{|}~.".Contains(c, StringComparison.Ordinal)
            || (c > '\u00a0' && !char.IsWhiteSpace(c) && char.GetUnicodeCategory(c) is not (UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned)));

    private static string? DomainOf(string domain)
    {
        try
        {
            var ascii = Idn.GetAscii(domain);
            return ascii.Split('.').All(label => label.Length is > 0 and <= 63) && !System.Net.IPAddress.TryParse(ascii, out _) ? ascii : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string Unquoted(string name) => name.Length >= 2 && name.StartsWith('"') && name.EndsWith('"')
        ? name[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal).Replace(@"\\", @"\", StringComparison.Ordinal)
        : name;
}
