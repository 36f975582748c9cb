using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Hub.TestHarness;
using Npgsql;

namespace Hub.Benchmarks;

/// <summary>
/// From stored events to what they change: how many a second out of a backlog, of events that nobody wants and of Jira's that change tickets, and how long
/// one waits for its turn at a steady rate. Goals: 3,000 a second; p50 under 5 ms, p99 under 50 ms.
/// </summary>
internal static class ProcessingBenchmark
{
    private const string Secret = "a-secret-of-the-benchmark";
    private const int Issues = 2000;
    private const int Updates = 10;

    public static async Task Run()
    {
        var connectionString = await HubDatabases.Create();
        await using (var hub = await HubFixture.Start(setup => (setup.Logs, setup.Workers, setup.ConnectionString) = (false, false, connectionString)))
        {
            var url = await Sender.Create(hub, Secret);
            await Ingest.Load(url, new SignedEvents(Secret), TimeSpan.FromSeconds(3));
        }

        await Settle(connectionString, "events without an effect");
        Uri jira;
        await using (var hub = await HubFixture.Start(setup => (setup.Logs, setup.Workers, setup.ConnectionString) = (false, false, connectionString)))
            await Tell(jira = await Jira(hub), 1, 1);
        await Settle(connectionString, $"Jira events, {Issues} issues created");
        await using (var hub = await HubFixture.Start(setup => (setup.Logs, setup.Workers, setup.ConnectionString) = (false, false, connectionString)))
            await Tell(new Uri(hub.Url, jira.PathAndQuery), 2, Updates);
        await Settle(connectionString, $"Jira events, {Issues} issues changed {Updates} times each");
        await Wait(connectionString);
    }

    private static async Task Settle(string connectionString, string what)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        var waiting = await Open(source);
        await using var hub = await HubFixture.Start(setup => (setup.Logs, setup.ConnectionString) = (false, connectionString));
        var started = Stopwatch.GetTimestamp();
        while (await Open(source) > 0 && Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(120))
            await Task.Delay(50);
        var settled = waiting - await Open(source);
        Console.WriteLine($"{what}: {settled} of {waiting} settled, {settled / Stopwatch.GetElapsedTime(started).TotalSeconds:0}/s");
    }

    private static async Task Wait(string connectionString)
    {
        await using var hub = await HubFixture.Start(setup => (setup.Logs, setup.ConnectionString) = (false, connectionString));
        var answered = await Tell(await Jira(hub), 1, 1, 200);
        await using var source = NpgsqlDataSource.Create(connectionString);
        while (await Open(source) > 0)
            await Task.Delay(50);
        await using var query = source.CreateCommand("""
            select delivery_id, received_at, processed_at - make_interval(secs => duration_ms / 1000)
            from webhooks.inbox_events where status = 'processed' order by seq desc limit 1500
            """);
        var (sinceReceipt, sinceAnswer) = (new List<double>(), new List<double>());
        await using var reader = await query.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var begun = reader.GetDateTime(2);
            sinceReceipt.Add((begun - reader.GetDateTime(1)).TotalMilliseconds);
            sinceAnswer.Add((begun - answered[reader.GetString(0)]).TotalMilliseconds);
        }

        Console.WriteLine($"at 200/s, received to start of work: {Percentiles(sinceReceipt)}; answered, which is just after the commit, to start of work: {Percentiles(sinceAnswer)}");
    }

    private static string Percentiles(List<double> waits)
    {
        waits.Sort();
        return $"p50 {At(0.5):0.0} ms, p95 {At(0.95):0.0} ms, p99 {At(0.99):0.0} ms of {waits.Count}";

        double At(double share) => waits[(int)(share * (waits.Count - 1))];
    }

    private static async Task<Uri> Jira(HubFixture hub)
    {
        var project = await hub.CreateProject($"Jira {Guid.CreateVersion7():n}");
        var created = (await hub.Http.Post("integrations", new
        {
            scope_id = project,
            name = "Jira",
            integration_type = "jira",
            configuration = new
            {
                deployment = "cloud", base_url = "https://acme.atlassian.net", email = "hub@acme.example", api_token = "a-token-of-the-benchmark", webhook_secret = Secret,
            },
        })).Expect(201);
        return new Uri(hub.Url, created.GetProperty("webhook_url").GetString());
    }

    /// <returns>When each was answered, by its delivery id.</returns>
    private static async Task<IReadOnlyDictionary<string, DateTime>> Tell(Uri url, int from, int updates, double? rate = null)
    {
        var answered = new ConcurrentDictionary<string, DateTime>();
        var template = JsonNode.Parse(Fixtures.Bytes("jira/webhooks/misc/webhook-issue-updated-edited.json"))!;
        template.AsObject().Remove("changelog");
        var next = -1;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(async () =>
        {
            using var connection = new RawConnection(url);
            for (int number; (number = Interlocked.Increment(ref next)) < Issues * updates;)
            {
                if (rate is { } perSecond && TimeSpan.FromSeconds(number / perSecond) - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } pause)
                    await Task.Delay(pause);
                var body = Body(template, number % Issues, from + number / Issues);
                var signature = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), body));
                var id = string.Create(CultureInfo.InvariantCulture, $"{url.PathAndQuery[^6..]}-{from}-{number}");
                if (await connection.Send(RawConnection.Post(url, body, ("X-Hub-Signature", signature), ("X-Atlassian-Webhook-Identifier", id))) is not 202)
                    throw new InvalidOperationException("A delivery was refused.");
                answered[id] = DateTime.UtcNow;
            }
        })));
        return answered;
    }

    private static byte[] Body(JsonNode template, int issue, int update)
    {
        var told = template.DeepClone();
        told["issue"]!["id"] = issue.ToString(CultureInfo.InvariantCulture);
        told["issue"]!["key"] = $"KT-{issue}";
        told["issue"]!["fields"]!["summary"] = $"Update {update}";
        told["issue"]!["fields"]!["updated"] = $"2026-11-20T12:00:{update:00}.000+0000";
        return Encoding.UTF8.GetBytes(told.ToJsonString());
    }

    private static async Task<long> Open(NpgsqlDataSource source)
    {
        await using var count = source.CreateCommand("select count(*) from webhooks.inbox_events where status in ('pending', 'processing', 'failed')");
        return (long)(await count.ExecuteScalarAsync())!;
    }
}
