using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Hub.Integrations.Tests.Smtp;

/// <summary>A mail server in this process that behaves as badly as a test wants, connection by connection.</summary>
internal sealed class HostileSmtp : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly Task serving;

    private HostileSmtp(Func<Talk, Task> behaviour)
    {
        listener.Start();
        serving = Serve(behaviour);
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Everything that clients said, line by line.</summary>
    public ConcurrentQueue<string> Heard { get; } = new();

    public static HostileSmtp Start(Func<Talk, Task> behaviour) => new(behaviour);

    /// <summary>Polite but for single commands: the reply to each is what <paramref name="replies"/> says, by the command's begin; an empty one closes.</summary>
    public static HostileSmtp Polite(string extensions = "250-8BITMIME\r\n", params (string Command, string Reply)[] replies) => Start(async talk =>
    {
        await talk.Say("220 hostile ESMTP\r\n");
        while (await talk.Hear() is { } line)
        {
            var own = replies.FirstOrDefault(entry => line.StartsWith(entry.Command, StringComparison.OrdinalIgnoreCase));
            var reply = own.Reply ?? (line.Split(' ')[0] switch
            {
                "EHLO" => $"250-hostile\r\n{extensions}250 HELP\r\n",
                "DATA" => "354 go\r\n",
                _ => "250 fine\r\n",
            });
            if (reply.Length == 0)
                return;
            await talk.Say(reply);
            if (line is "DATA" && reply.StartsWith("354", StringComparison.Ordinal))
            {
                while (await talk.Hear() is { } data && data != ".") { }
                var verdict = replies.FirstOrDefault(entry => entry.Command == ".").Reply ?? "250 taken\r\n";
                if (verdict.Length == 0)
                    return;
                await talk.Say(verdict);
            }
        }
    });

    private async Task Serve(Func<Talk, Task> behaviour)
    {
        var talks = new List<Task>();
        try
        {
            while (true)
                talks.Add(Answer(await listener.AcceptTcpClientAsync(end.Token), behaviour));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(talks);
        }
    }

    private async Task Answer(TcpClient client, Func<Talk, Task> behaviour)
    {
        using (client)
        {
            try
            {
                await behaviour(new Talk(client.GetStream(), Heard, end.Token));
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await serving;
        listener.Dispose();
        end.Dispose();
    }

    internal sealed class Talk(Stream stream, ConcurrentQueue<string> heard, CancellationToken end)
    {
        private Stream stream = stream;

        public CancellationToken End => end;

        public async Task Say(string bytes)
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(bytes), end);
            await stream.FlushAsync(end);
        }

        public async Task<string?> Hear()
        {
            var line = new List<byte>();
            var one = new byte[1];
            while (await stream.ReadAsync(one, end) == 1)
            {
                if (one[0] != '\n')
                {
                    line.Add(one[0]);
                    continue;
                }

                var text = Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
                heard.Enqueue(text);
                return text;
            }

            return null;
        }

        public async Task Encrypt(X509Certificate2 certificate)
        {
            var secure = new SslStream(stream);
            await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, end);
            stream = secure;
        }
    }
}
