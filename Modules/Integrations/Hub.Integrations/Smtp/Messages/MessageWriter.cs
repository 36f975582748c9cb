using System.Globalization;
using System.Text;

namespace Hub.Integrations.Smtp.Messages;

/// <summary>A message in bytes (RFC 5322, 2045-2049): ASCII lines of at most 78 characters but for addresses, each ended by CR LF.</summary>
internal static class MessageWriter
{
    public static byte[] Write(MailMessage message)
    {
        using var bytes = new MemoryStream();
        var headers = new StringBuilder();
        Header(headers, "Date", message.Date.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture));
        Header(headers, "From", HeaderText.Mailbox(message.From));
        if (message.ReplyTo is { } reply)
            Header(headers, "Reply-To", HeaderText.Mailbox(reply));
        if (message.To.Count > 0)
            Header(headers, "To", HeaderText.Mailboxes(message.To));
        if (message.Cc.Count > 0)
            Header(headers, "Cc", HeaderText.Mailboxes(message.Cc));
        Header(headers, "Subject", HeaderText.Unstructured("Subject:", message.Subject));
        Header(headers, "Message-ID", $"<{message.Id}>");
        // RFC 3834: no absence notes in return.
        Header(headers, "Auto-Submitted", "auto-generated");
        Header(headers, "MIME-Version", "1.0");
        Write(bytes, headers);
        WriteBody(bytes, message);
        return bytes.ToArray();
    }

    private static void WriteBody(MemoryStream bytes, MailMessage message)
    {
        if (message is not { Text: { } text, Html: { } html })
        {
            WritePart(bytes, message.Text is null ? "html" : "plain", message.Text ?? message.Html ?? "");
            if (!bytes.GetBuffer().AsSpan(0, (int)bytes.Length).EndsWith("\r\n"u8))
                bytes.Write("\r\n"u8);
            return;
        }

        // "=_" can stand in neither encoding.
        var boundary = $"=_{message.Id.Split('@')[0]}";
        Write(bytes, new StringBuilder($"Content-Type: multipart/alternative;{HeaderText.Fold}boundary=\"{boundary}\"\r\n\r\n--{boundary}\r\n"));
        WritePart(bytes, "plain", text);
        Write(bytes, new StringBuilder($"\r\n--{boundary}\r\n"));
        WritePart(bytes, "html", html);
        Write(bytes, new StringBuilder($"\r\n--{boundary}--\r\n"));
    }

    private static void WritePart(MemoryStream bytes, string kind, string content)
    {
        var (encoding, lines) = BodyEncoding.Of(content);
        Write(bytes, new StringBuilder($"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"));
        bytes.Write(lines);
    }

    private static void Header(StringBuilder headers, string name, string value)
    {
        // Only folding breaks lines. Everything was checked on its way in; whatever came through would be a header of somebody's own.
        if (value.Replace(HeaderText.Fold, "", StringComparison.Ordinal).Any(char.IsControl))
            throw new InvalidOperationException($"A control character in the header {name}.");
        headers.Append(name).Append(": ").Append(value).Append("\r\n");
    }

    private static void Write(MemoryStream bytes, StringBuilder text) => bytes.Write(Encoding.UTF8.GetBytes(text.ToString()));
}
