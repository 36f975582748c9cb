using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Hub.TestHarness;
using Npgsql;

namespace Hub.Benchmarks;

/// <summary>
/// Signed deliveries over 64 connections, verified and committed before the answer, against a bare server that does only that; then how fast the
/// worker settles what was stored. Goals: 0.80 of the bare server, 3,000 events a second settled.
/// </summary>
internal static class WebhooksBenchmark
{
    private const int Connections = 64;
    private const string Secret = "a-secret-of-the-benchmark";
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    public static async Task Run()
    {
        var body = Fixtures.Bytes("github/webhooks/push/00.json");
        var signature = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), body));
        var connectionString = await HubDatabases.Create();
        await using (var bare = await BareInbox.Start(connectionString, Secret))
        await using (var hub = await HubFixture.Start(setup => (setup.Logs, setup.Workers, setup.ConnectionString) = (false, false, connectionString)))
        {
            var address = await Sender(hub);
            await Load(bare.Url, body, signature, TimeSpan.FromSeconds(1));
            await Load(address, body, signature, TimeSpan.FromSeconds(1));
            for (var round = 1; round <= 4; round++)
            {
                var limit = await Load(bare.Url, body, signature, Duration);
                var ours = await Load(address, body, signature, Duration);
                Console.WriteLine($"ingest: bare {limit.PerSecond:0}/s, p99 {limit.P99:0.0} ms, {limit.Cpu:0} us CPU; hub {ours.PerSecond:0}/s, p99 {ours.P99:0.0} ms, {ours.Cpu:0} us CPU; ratio {ours.PerSecond / limit.PerSecond:0.00}");
            }
        }

        await Settle(connectionString);
    }

    private static async Task<Uri> Sender(HubFixture hub)
    {
        var project = await hub.CreateProject();
        var created = (await hub.Http.Post("integrations", new
        {
            scope_id = project,
            name = "Benchmark",
            integration_type = "webhook",
            configuration = new
            {
                direction = "inbound",
                signing_scheme = "hmac_sha256",
                secret = Secret,
                signature_header = "X-Hub-Signature-256",
                signature_prefix = "sha256=",
                delivery_id_path = "X-GitHub-Delivery",
                event_type_path = "X-GitHub-Event",
            },
        })).Expect(201);
        return new Uri(hub.Url, created.GetProperty("webhook_url").GetString());
    }

    private static async Task<(double PerSecond, double P99, double Cpu)> Load(Uri url, byte[] body, string signature, TimeSpan duration)
    {
        if (!url.IsLoopback)
            throw new ArgumentException("Load goes to this machine only.", nameof(url));
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Connections });
        var started = Stopwatch.GetTimestamp();
        var cpu = Environment.CpuUsage.TotalTime;
        var latencies = await Task.WhenAll(Enumerable.Range(0, Connections).Select(async connection =>
        {
            var own = new List<double>();
            while (Stopwatch.GetElapsedTime(started) < duration)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                request.Headers.Add("X-Hub-Signature-256", signature);
                request.Headers.Add("X-GitHub-Event", "push");
                request.Headers.Add("X-GitHub-Delivery", string.Create(CultureInfo.InvariantCulture, $"{started}-{connection}-{own.Count}"));
                var sent = Stopwatch.GetTimestamp();
                using var answer = await http.SendAsync(request);
                answer.EnsureSuccessStatusCode();
                own.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            }

            return own;
        }));
        var all = latencies.SelectMany(own => own).Order().ToArray();
        return (all.Length / Stopwatch.GetElapsedTime(started).TotalSeconds, all[(int)(all.Length * 0.99)], (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / all.Length);
    }

    private static async Task Settle(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        async Task<long> Open()
        {
            await using var count = new NpgsqlCommand("select count(*) from webhooks.inbox_events where status in ('pending', 'processing')", connection);
            return (long)(await count.ExecuteScalarAsync())!;
        }

        var waiting = await Open();
        await using var hub = await HubFixture.Start(setup => (setup.Logs, setup.ConnectionString) = (false, connectionString));
        var started = Stopwatch.GetTimestamp();
        while (await Open() > 0 && Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60))
            await Task.Delay(100);
        var settled = waiting - await Open();
        Console.WriteLine($"settled {settled} of {waiting} events: {settled / Stopwatch.GetElapsedTime(started).TotalSeconds:0}/s");
    }
}
