namespace Hub.Integrations.Smtp.Client;

/// <summary>
/// A message as it travels after DATA (RFC 5321, 4.5.2): every line ends with CR LF, and a dot at a line's start is doubled. Lone CR and LF become line
/// ends here, because servers disagree on what they are, and a message must not end where a server thinks so (SMTP smuggling).
/// </summary>
internal static class DotStuffing
{
    public static readonly ReadOnlyMemory<byte> End = ".\r\n"u8.ToArray();

    public static byte[] Of(ReadOnlySpan<byte> message)
    {
        using var wire = new MemoryStream(message.Length + (message.Length / 50) + 2);
        for (var rest = message; rest.Length > 0;)
        {
            var end = rest.IndexOfAny((byte)'\r', (byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            if (line.Length > 0 && line[0] == (byte)'.')
                wire.WriteByte((byte)'.');
            wire.Write(line);
            wire.Write("\r\n"u8);
            rest = end < 0 ? [] : rest[(end + (rest[end..].StartsWith("\r\n"u8) ? 2 : 1))..];
        }

        return wire.ToArray();
    }
}
