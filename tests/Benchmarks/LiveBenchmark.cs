using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Hub.TestHarness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hub.Benchmarks;

/// <summary>
/// 1,000 clients that wait for something to happen, beside a bare Kestrel that holds the same connections open. Goals: under 20 KB a connection more
/// than the bare one, under 2 % of a core while nothing happens.
/// </summary>
internal static class LiveBenchmark
{
    private const int Clients = 1000;
    private const int WarmUp = 100;
    private const string Event = "bench.happened";
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);

    public static async Task Run()
    {
        var database = await HubDatabases.Create();
        try
        {
            foreach (var (name, connect) in new (string, Func<Uri, Action, Task<IDisposable>>)[] { ("server-sent events", ServerSent), ("SignalR", SignalR) })
            {
                await using var bare = await HubProcess.Start(Bare());
                var least = await Measure($"{name}, bare Kestrel", bare, connect, happen: null);
                await using var hub = await HubProcess.Start(database);
                var taken = await Measure($"{name}, hub", hub, connect, Happen);
                Console.WriteLine(Text($"{name}: {(taken - least) / 1024:0.0} KB a connection more than the bare one"));
            }
        }
        finally
        {
            await TestPostgres.Drop(database);
        }
    }

    /// <summary>What the limit is measured on: answers and sockets that stay open, and nothing else.</summary>
    public static async Task ServeBare()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.UseWebSockets();
        app.MapGet("/live", async (HttpContext http) =>
        {
            http.Response.ContentType = "text/event-stream";
            await http.Response.WriteAsync("id: 1-0\n\n");
            await Task.Delay(Timeout.InfiniteTimeSpan, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        app.Map("/hubs/live", async (HttpContext http) =>
        {
            using var socket = await http.WebSockets.AcceptWebSocketAsync();
            await socket.SendAsync("ready\u001e"u8.ToArray(), WebSocketMessageType.Text, true, http.RequestAborted);
            var buffer = new byte[256];
            while (socket.State is WebSocketState.Open)
                await socket.ReceiveAsync(buffer, http.RequestAborted);
        });
        await app.StartAsync();
        Console.WriteLine($"Ready on {app.Urls.First()}");
        await app.WaitForShutdownAsync();
    }

    private static ProcessStartInfo Bare() => new("dotnet", [typeof(LiveBenchmark).Assembly.Location, "serve-bare-live"]) { RedirectStandardOutput = true };

    /// <returns>Bytes a connection.</returns>
    private static async Task<double> Measure(string name, HubProcess process, Func<Uri, Action, Task<IDisposable>> connect, Func<Uri, Task>? happen)
    {
        foreach (var client in await Connect(process.Url, WarmUp, connect, () => { }))
            client.Dispose();
        var alone = await Rest(process);
        var before = process.ResidentBytes;
        var told = new CountdownEvent(Clients);
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var clients = await Connect(process.Url, Clients, connect, () => _ = told.Signal() && all.TrySetResult());
        var together = await Rest(process);
        var after = process.ResidentBytes;
        var each = (after - before) / (double)Clients;
        Console.WriteLine(Text($"{name}: {before / 1048576.0:0} MB before, {after / 1048576.0:0} MB with {Clients}, {each / 1024:0.0} KB each"));
        Console.WriteLine(Text($"{name}: {alone:0.0%} of a core while idle before, {together:0.0%} with {Clients}"));
        if (happen is not null)
        {
            var started = Stopwatch.GetTimestamp();
            await happen(process.Url);
            await all.Task.WaitAsync(TimeSpan.FromSeconds(30));
            Console.WriteLine(Text($"{name}: one event told to all {Clients} after {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms"));
        }

        foreach (var client in clients)
            client.Dispose();
        return each;
    }

    /// <returns>The part of a core that it takes while nothing happens.</returns>
    private static async Task<double> Rest(HubProcess process)
    {
        await Task.Delay(TimeSpan.FromSeconds(2));
        var (worked, started) = (process.Worked, Stopwatch.GetTimestamp());
        await Task.Delay(Idle);
        return (process.Worked - worked) / Stopwatch.GetElapsedTime(started);
    }

    private static async Task<IReadOnlyList<IDisposable>> Connect(Uri url, int count, Func<Uri, Action, Task<IDisposable>> connect, Action told)
    {
        var clients = new List<IDisposable>();
        while (clients.Count < count)
            clients.AddRange(await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => connect(url, told))));
        return clients;
    }

    private static async Task<IDisposable> ServerSent(Uri url, Action told)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, url.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /live HTTP/1.1\r\nHost: {url.Authority}\r\nAuthorization: Bearer {HubFixture.AdminKey}\r\n\r\n"));
        await Listen(buffer => socket.ReceiveAsync(buffer), "id: ", told);
        return socket;
    }

    private static async Task<IDisposable> SignalR(Uri url, Action told)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {HubFixture.AdminKey}");
        await socket.ConnectAsync(new UriBuilder(url) { Scheme = "ws", Path = "/hubs/live" }.Uri, CancellationToken.None);
        await Send(socket, """{"protocol":"json","version":1}""");
        await Send(socket, """{"type":4,"invocationId":"1","target":"Follow","arguments":[{}]}""");
        await Listen(async buffer => (await socket.ReceiveAsync(buffer, CancellationToken.None)).Count, "ready", told);
        _ = Ping(socket);
        return socket;
    }

    /// <summary>As SignalR's own clients do.</summary>
    private static async Task Ping(ClientWebSocket socket)
    {
        while (socket.State is WebSocketState.Open)
        {
            await Send(socket, """{"type":6}""");
            await Task.Delay(TimeSpan.FromSeconds(15));
        }
    }

    private static Task Send(ClientWebSocket socket, string message) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message + '\u001e'), WebSocketMessageType.Text, true, CancellationToken.None);

    /// <returns>Once the client is connected; it goes on listening for the event.</returns>
    private static async Task Listen(Func<Memory<byte>, ValueTask<int>> receive, string ready, Action told)
    {
        var buffer = new byte[2048];
        for (var seen = ""; !seen.Contains(ready, StringComparison.Ordinal);)
            seen += await receive(buffer) is > 0 and var read ? Encoding.UTF8.GetString(buffer, 0, read) : throw new EndOfStreamException($"Refused: {seen}");
        _ = Task.Run(async () =>
        {
            try
            {
                while (await receive(buffer) is > 0 and var read)
                    if (Encoding.UTF8.GetString(buffer, 0, read).Contains(Event, StringComparison.Ordinal))
                        told();
            }
            catch (Exception over) when (over is SocketException or WebSocketException or ObjectDisposedException or OperationCanceledException)
            {
                // Disconnected by the benchmark.
            }
        });
    }

    private static async Task Happen(Uri url)
    {
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri(url, "/api/v1/") };
        http.DefaultRequestHeaders.Add("Authorization", $"Bearer {HubFixture.AdminKey}");
        (await http.Post("webhooks/events/publish", new { scope_id = 1, event_type = Event, payload = new { } })).Expect(202);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
