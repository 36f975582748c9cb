using System.Diagnostics;
using Hub.TestHarness;
using Npgsql;

namespace Hub.Benchmarks;

/// <summary>Health and metrics of 10,000 integrations against the bare reading of their rows. Goal for health: under 200 ms.</summary>
internal static class HealthBenchmark
{
    private const int Integrations = 10_000;

    public static async Task Run()
    {
        await using var hub = await HubFixture.Start(setup => (setup.Logs, setup.Workers) = (false, false));
        await Crowd.Insert(hub.ConnectionString, Integrations, DateTimeOffset.UtcNow);
        await using var source = NpgsqlDataSource.Create(hub.ConnectionString);
        var bare = await Median(async () =>
        {
            await using var command = source.CreateCommand(
                "select id, name, integration_type, scope_id, status, health_status, health_reason, health_message, health_since, last_success_at, last_tested_at from integrations.integrations");
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
            }
        });
        Console.WriteLine($"bare reading of {Integrations} rows: {bare:0.0} ms");
        foreach (var path in new[] { "integrations/health", "integrations/health?limit=1000", "integrations/metrics?window=24h", "integrations/metrics?window=7d", "integrations/metrics?window=30d" })
        {
            var took = await Median(async () => (await hub.Http.Get(path)).Expect(200));
            Console.WriteLine($"GET {path}: {took:0.0} ms, {took / bare:0.00} of the bare reading");
        }
    }

    private static async Task<double> Median(Func<Task> work)
    {
        var times = new List<double>();
        for (var i = 0; i < 11; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await work();
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return times.Order().ElementAt(times.Count / 2);
    }
}
