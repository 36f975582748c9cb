using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Hub.TestHarness;

/// <summary>A running script of <c>tests/Peers</c>. It ends when this is disposed, or with the test process.</summary>
public sealed class NodePeer : IAsyncDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly ConcurrentQueue<string> lines;

    private NodePeer(Process process, ConcurrentQueue<string> lines, IReadOnlyList<Uri> addresses) =>
        (this.process, this.lines, Addresses) = (process, lines, addresses);

    /// <summary>What the script printed after <c>ready</c>.</summary>
    public IReadOnlyList<Uri> Addresses { get; }

    public Uri Address => Addresses[0];

    /// <summary>Everything it printed so far, to look into.</summary>
    public string Output => string.Join('\n', lines);

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>Changes how the peer behaves: <c>POST /_peer/NAME</c>.</summary>
    public async Task Control(string name, object? body = null)
    {
        using var response = await Http.PostAsJsonAsync(new Uri(Address, "/_peer/" + name), body ?? new { });
        response.EnsureSuccessStatusCode();
    }

    /// <summary>What the peer saw: <c>GET /_peer/NAME</c>.</summary>
    public async Task<JsonElement> Ask(string name) => await Http.GetFromJsonAsync<JsonElement>(new Uri(Address, "/_peer/" + name));

    internal static async Task<NodePeer> Start(string node, string script, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(node, [script, "0"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetDirectoryName(script)!,
        };
        start.Environment["PEER_STDIN"] = "watch";
        foreach (var (name, value) in environment) start.Environment[name] = value;

        var lines = new ConcurrentQueue<string>();
        var ready = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, e) => Read(e.Data);
        process.ErrorDataReceived += (_, e) => Read(e.Data);
        process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException($"{Path.GetFileName(script)} ended: {string.Join('\n', lines)}"));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            var line = await ready.Task.WaitAsync(LongestStart);
            return new NodePeer(process, lines, [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..].Select(a => new Uri(a))]);
        }
        catch (Exception)
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            process.Dispose();
            throw;
        }

        void Read(string? line)
        {
            if (line is null) return;
            lines.Enqueue(line);
            if (line.StartsWith("ready ", StringComparison.Ordinal)) ready.TrySetResult(line);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
