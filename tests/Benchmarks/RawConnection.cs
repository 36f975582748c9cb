using System.Net.Sockets;
using System.Text;

namespace Hub.Benchmarks;

/// <summary>
/// One HTTP/1.1 connection that sends requests made beforehand and reads no more of an answer than it must: what is measured is the server, on the same
/// cores. For this machine only.
/// </summary>
internal sealed class RawConnection(Uri server) : IDisposable
{
    private readonly byte[] answer = new byte[16 * 1024];
    private Socket? socket;

    /// <returns>The status; 0 when the connection broke, and the next request opens another.</returns>
    public async Task<int> Send(ReadOnlyMemory<byte> request)
    {
        try
        {
            if (socket is null)
            {
                if (!server.IsLoopback)
                    throw new ArgumentException("Load goes to this machine only.");
                socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(server.Host, server.Port);
            }

            for (var rest = request; rest.Length > 0;)
                rest = rest[await socket.SendAsync(rest)..];
            return await Read();
        }
        catch (SocketException)
        {
            Dispose();
            return 0;
        }
    }

    public static byte[] Post(Uri url, byte[] body, params (string Name, string Value)[] headers)
    {
        var head = new StringBuilder($"POST {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n");
        foreach (var (name, value) in headers)
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        return [.. Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), .. body];
    }

    public void Dispose()
    {
        socket?.Dispose();
        socket = null;
    }

    private async Task<int> Read()
    {
        for (var length = 0; ;)
        {
            var read = await socket!.ReceiveAsync(answer.AsMemory(length));
            if (read == 0)
                throw new SocketException((int)SocketError.ConnectionReset);
            length += read;
            if (IsWhole(answer.AsSpan(0, length)))
                return int.Parse(answer.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return false;
        var head = Encoding.ASCII.GetString(bytes[..end]);
        var mark = head.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
        if (mark < 0)
            return !head.Contains("chunked", StringComparison.OrdinalIgnoreCase) || bytes.EndsWith("0\r\n\r\n"u8);
        var value = head.AsSpan(mark + 16);
        var line = value.IndexOf('\r');
        return bytes.Length >= end + 4 + int.Parse(line < 0 ? value : value[..line], System.Globalization.CultureInfo.InvariantCulture);
    }
}
