using System.Text;

namespace Hub.Integrations.Smtp.Messages;

/// <summary>Text of a body in seven bits and short lines (RFC 2045), so that no server on the way has a reason to change it.</summary>
internal static class BodyEncoding
{
    private const int LineLength = 76;
    private const string Hex = "0123456789ABCDEF";

    /// <summary>Quoted-printable where most of it stays readable, else base64.</summary>
    /// <param name="text">Any text; every kind of line break becomes CR LF.</param>
    /// <returns>The name of the encoding, and lines with CR LF between them.</returns>
    public static (string Name, byte[] Lines) Of(string text)
    {
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Replace("\n", "\r\n", StringComparison.Ordinal);
        var bytes = Encoding.UTF8.GetBytes(lines);
        return bytes.Count(b => b >= 0x80) * 6 > bytes.Length
            ? ("base64", Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes, Base64FormattingOptions.InsertLineBreaks)))
            : ("quoted-printable", QuotedPrintable(bytes));
    }

    private static byte[] QuotedPrintable(ReadOnlySpan<byte> bytes)
    {
        using var lines = new MemoryStream(bytes.Length + (bytes.Length / 10) + 4);
        var used = 0;
        for (var at = 0; at < bytes.Length; at++)
        {
            if (bytes[at..].StartsWith("\r\n"u8))
            {
                lines.Write("\r\n"u8);
                (used, at) = (0, at + 1);
                continue;
            }

            var lastOfLine = at + 1 == bytes.Length || bytes[(at + 1)..].StartsWith("\r\n"u8);
            var plain = bytes[at] is >= (byte)'!' and <= (byte)'~' and not (byte)'=' || (bytes[at] is (byte)' ' or (byte)'\t' && !lastOfLine);
            // Room is kept for the mark that the line goes on.
            if (used + (plain ? 1 : 3) > LineLength - 1)
            {
                lines.Write("=\r\n"u8);
                used = 0;
            }

            if (plain)
                lines.WriteByte(bytes[at]);
            else
                lines.Write([(byte)'=', (byte)Hex[bytes[at] >> 4], (byte)Hex[bytes[at] & 15]]);
            used += plain ? 1 : 3;
        }

        return lines.ToArray();
    }
}
