using System.Globalization;
using System.Text;
using Hub.Integrations.Health;

namespace Hub.Integrations.Smtp.Client;

/// <summary>
/// Commands out, replies in. Believes nothing: a reply has a limited number of limited lines, all with one code, arrives within its time, and
/// nothing arrives that was not asked for.
/// </summary>
internal sealed class SmtpWire(Stream stream, string host, SmtpPatience patience, SmtpTranscript transcript, CancellationToken caller) : IAsyncDisposable
{
    private const int MaxLine = 2048;
    private const int MaxLines = 100;
    private readonly CancellationTokenSource inAll = new(patience.InAll);
    private readonly byte[] buffer = new byte[4096];
    private (int Start, int End) unread;
    private bool committed;

    /// <summary>The step of a connection test to blame for what goes wrong now.</summary>
    public string Step { get; set; } = "connect";

    public Stream Stream { get; private set; } = stream;

    /// <summary>What was said so far was in the clear, the rest is not.</summary>
    /// <exception cref="SmtpFault">Something else already arrived: it would be taken for something said inside TLS (RFC 3207, 6).</exception>
    public void RequireSilence()
    {
        if (unread.Start < unread.End)
            throw new SmtpFault("tls", FailureReason.Tls, $"{host} sent more than its reply before TLS began: somebody may be putting words into its mouth.");
    }

    public void Secured(Stream secure) => Stream = secure;

    /// <summary>From here on the caller cannot call it back: a message is sent or it is not.</summary>
    public void Commit() => committed = true;

    /// <param name="command">Without line end.</param>
    /// <param name="shown">What the transcript shows instead.</param>
    /// <param name="limit">For command and reply, if not the usual one.</param>
    public async Task<SmtpReply> Ask(string command, string? shown = null, TimeSpan? limit = null)
    {
        RequireTurn();
        transcript.Client(shown ?? command);
        return await Within(limit ?? patience.PerCommand, async ct =>
        {
            await Stream.WriteAsync(Line(command), ct);
            await Stream.FlushAsync(ct);
            return await ReadReply(ct);
        });
    }

    /// <summary>The greeting.</summary>
    public Task<SmtpReply> Listen() => Within(patience.PerCommand, ReadReply);

    /// <summary>Sends a message that ends with its dot, and waits for the verdict.</summary>
    /// <param name="body">Everything but the last line.</param>
    /// <param name="end">The last line: once it is out, the message may be delivered.</param>
    public async Task<SmtpReply> Deliver(ReadOnlyMemory<byte> body, ReadOnlyMemory<byte> end)
    {
        RequireTurn();
        transcript.Client($"({body.Length} bytes of message)");
        await Within(patience.InAll, async ct =>
        {
            await Stream.WriteAsync(body, ct);
            await Stream.FlushAsync(ct);
            return true;
        });
        Commit();
        return await Within(patience.EndOfData, async ct =>
        {
            await Stream.WriteAsync(end, ct);
            await Stream.FlushAsync(ct);
            return await ReadReply(ct);
        });
    }

    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        inAll.Dispose();
    }

    private void RequireTurn()
    {
        if (unread.Start < unread.End)
            throw new SmtpFault(Step, FailureReason.ProviderError, $"{host} sent more replies than it was asked for.");
    }

    // Whoever builds a command has checked its parts. If a line end came through, it would be a second command.
    private static byte[] Line(string command) => command.AsSpan().IndexOfAny('\r', '\n', '\0') < 0
        ? Encoding.UTF8.GetBytes(command + "\r\n")
        : throw new InvalidOperationException("A command has one line.");

    private async Task<SmtpReply> ReadReply(CancellationToken ct)
    {
        var code = 0;
        var texts = new List<string>();
        for (var more = true; more;)
        {
            if (texts.Count == MaxLines)
                throw new SmtpFault(Step, FailureReason.ProviderError, $"{host} sent a reply of more than {MaxLines} lines.");
            var line = await ReadLine(ct);
            transcript.Server(line);
            if (!TryParse(line, out var said, out more, out var text) || (code != 0 && said != code))
                throw new SmtpFault(Step, FailureReason.ProviderError,
                    $"What {host} sent is no SMTP reply. Is it a mail server, and does the encryption fit the port?");
            code = said;
            texts.Add(text);
        }

        return new SmtpReply(code, texts);
    }

    private async Task<string> ReadLine(CancellationToken ct)
    {
        using var line = new MemoryStream();
        while (true)
        {
            var arrived = buffer.AsMemory(unread.Start, unread.End - unread.Start);
            var end = arrived.Span.IndexOf((byte)'\n');
            line.Write(arrived.Span[..(end < 0 ? arrived.Length : end)]);
            unread.Start += end < 0 ? arrived.Length : end + 1;
            if (line.Length > MaxLine)
                throw new SmtpFault(Step, FailureReason.ProviderError, $"{host} sent a line of more than {MaxLine} bytes.");
            if (end >= 0)
                return Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length).TrimEnd('\r');
            unread = (0, await Stream.ReadAsync(buffer, ct));
            if (unread.End == 0)
                throw new SmtpFault(Step, FailureReason.Network, $"{host} closed the connection in the middle of the conversation.");
        }
    }

    private static bool TryParse(string line, out int code, out bool more, out string text)
    {
        code = 0;
        more = line.Length > 3 && line[3] is '-';
        text = line.Length > 4 ? line[4..] : "";
        return line.Length >= 3 && int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out code)
            && code is >= 200 and < 600 && (line.Length == 3 || line[3] is ' ' or '-');
    }

    private async Task<T> Within<T>(TimeSpan limit, Func<CancellationToken, Task<T>> work)
    {
        using var patient = committed ? new CancellationTokenSource() : CancellationTokenSource.CreateLinkedTokenSource(caller, inAll.Token);
        patient.CancelAfter(limit);
        try
        {
            return await work(patient.Token);
        }
        catch (OperationCanceledException) when (!committed && caller.IsCancellationRequested)
        {
            throw new OperationCanceledException(caller);
        }
        catch (OperationCanceledException)
        {
            throw new SmtpFault(Step, FailureReason.Timeout, $"{host} did not answer in time.") { Uncertain = committed };
        }
        catch (IOException)
        {
            throw new SmtpFault(Step, FailureReason.Network, $"{host} broke the connection in the middle of the conversation.") { Uncertain = committed };
        }
        catch (SmtpFault fault) when (committed && !fault.Uncertain)
        {
            throw new SmtpFault(fault.Step, fault.Reason, fault.Message) { Uncertain = true };
        }
    }
}
