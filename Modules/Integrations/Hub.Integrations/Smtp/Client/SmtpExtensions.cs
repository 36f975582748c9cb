using System.Globalization;

namespace Hub.Integrations.Smtp.Client;

/// <summary>What a server says it can do (RFC 5321, 4.1.1.1).</summary>
internal sealed class SmtpExtensions
{
    private readonly Dictionary<string, string> offered = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="reply">The reply to EHLO; its first line is a greeting.</param>
    public SmtpExtensions(SmtpReply reply)
    {
        foreach (var line in reply.Lines.Skip(1))
        {
            // "AUTH=LOGIN" is how servers wrote it before RFC 4954.
            var end = line.AsSpan().IndexOfAny(' ', '=');
            var (name, parameters) = end < 0 ? (line, "") : (line[..end], line[(end + 1)..]);
            offered[name] = offered.TryGetValue(name, out var before) ? $"{before} {parameters}" : parameters;
        }
    }

    public bool StartTls => offered.ContainsKey("STARTTLS");

    public bool Utf8Addresses => offered.ContainsKey("SMTPUTF8");

    public bool EightBit => offered.ContainsKey("8BITMIME");

    public bool Size => offered.ContainsKey("SIZE");

    /// <summary>In bytes; null when the server names none (RFC 1870).</summary>
    public long? MaxSize =>
        offered.TryGetValue("SIZE", out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes > 0
            ? bytes : null;

    /// <summary>In the server's order.</summary>
    public IReadOnlyList<string> Mechanisms =>
        offered.TryGetValue("AUTH", out var list) ? list.Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];

    public bool Offers(string mechanism) => Mechanisms.Contains(mechanism, StringComparer.OrdinalIgnoreCase);
}
