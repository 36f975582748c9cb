using System.Diagnostics;
using System.Globalization;
using Hub.Sync.Contracts;
using Hub.TestHarness;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Hub.Benchmarks;

/// <summary>
/// From a committed event to its receipt, at a steady rate and out of a backlog, to 1 and to 20 endpoints, beside a bare sender that reads rows, signs,
/// posts and marks them. Goals: p95 under 100 ms at 200 a second and under 500 ms at 1,000.
/// </summary>
internal static class DeliveryBenchmark
{
    private const int Backlog = 10_000;
    private const int Publishers = 16;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(8);

    public static async Task Run()
    {
        foreach (var endpoints in new[] { 1, 20 })
        {
            await using var sink = await WebhookSink.Start();
            await using var hub = await HubFixture.Start(setup => setup.Logs = false);
            var tenant = await hub.CreateScope("tenant", "Acme");
            for (var i = 0; i < endpoints; i++)
                (await hub.Http.Post("webhooks/endpoints", new { scope_id = tenant, url = sink.Url, filter = new { integration_id = i } })).Expect(201);
            await using var bare = await BareSender.Start(hub.ConnectionString, sink.Url);
            await Steady(sink, 200, from => Tell(hub, tenant, endpoints, from, 1), TimeSpan.FromSeconds(2));
            foreach (var rate in new[] { 200, 1000 })
            {
                var limit = await Steady(sink, rate, from => bare.Add(from, 1), Duration);
                var ours = await Steady(sink, rate, from => Tell(hub, tenant, endpoints, from, 1), Duration);
                Console.WriteLine($"{endpoints} endpoints, {rate}/s: bare {limit}; hub {ours}; p95 {ours.P95 / limit.P95:0.0} times the bare one's");
            }

            await bare.Pause();
            var bareRate = await Drain(sink, from => bare.Add(from, Backlog), bare.Resume);
            await using (var paused = NpgsqlDataSource.Create(hub.ConnectionString))
            {
                await Execute(paused, "update webhooks.endpoints set state = 'paused'");
                var hubRate = await Drain(sink, from => Tell(hub, tenant, endpoints, from, Backlog), () => Execute(paused, "update webhooks.endpoints set state = 'active'"));
                Console.WriteLine($"{endpoints} endpoints, {Backlog} waiting: bare {bareRate:0}/s; hub {hubRate:0}/s; ratio {hubRate / bareRate:0.00}");
            }
        }
    }

    private sealed record Latencies(int Count, double P50, double P95, double P99)
    {
        public override string ToString() => $"{Count} received, p50 {P50:0} ms, p95 {P95:0} ms, p99 {P99:0} ms";
    }

    private static async Task<Latencies> Steady(WebhookSink sink, int rate, Func<int, Task> publish, TimeSpan duration)
    {
        var (number, count, started) = (sink.Next((int)(rate * duration.TotalSeconds)), (int)(rate * duration.TotalSeconds), Stopwatch.GetTimestamp());
        var committed = new long[count];
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Publishers).Select(async _ =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < count;)
            {
                if (TimeSpan.FromSeconds((double)i / rate) - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } early)
                    await Task.Delay(early);
                await publish(number + i);
                committed[i] = Stopwatch.GetTimestamp();
            }
        }));
        await sink.All(number, count);
        var sorted = committed.Select((at, i) => Math.Max(0, Stopwatch.GetElapsedTime(at, sink.At(number + i)).TotalMilliseconds)).Order().ToArray();
        return new Latencies(count, sorted[count / 2], sorted[count * 95 / 100], sorted[count * 99 / 100]);
    }

    private static async Task<double> Drain(WebhookSink sink, Func<int, Task> fill, Func<Task> open)
    {
        var number = sink.Next(Backlog);
        await fill(number);
        var started = Stopwatch.GetTimestamp();
        await open();
        await sink.All(number, Backlog);
        return Backlog / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task Tell(HubFixture hub, long tenant, int endpoints, int from, int count)
    {
        for (var sent = 0; sent < count; sent += 500)
            foreach (var some in Enumerable.Range(from + sent, Math.Min(500, count - sent)).GroupBy(number => number % endpoints))
            {
                await using var scope = hub.Services.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<IMediator>().Publish(new TicketsChanged(some.Key, [1, tenant], [.. some.Select(number =>
                    new TicketChange(number, Text(number), $"HUB-{number}", TicketChangeKind.Updated, "A summary of usual length", "Open", TimeProvider.System.GetUtcNow()))]));
            }
    }

    private static string Text(int number) => string.Create(CultureInfo.InvariantCulture, $"{number}");

    private static async Task Execute(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
        await using var wake = source.CreateCommand("notify hub_deliveries");
        await wake.ExecuteNonQueryAsync();
    }
}
