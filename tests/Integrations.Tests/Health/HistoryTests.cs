using System.Text.Json;
using FluentAssertions;
using Hub.Integrations.Health.History;
using Hub.TestHarness;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Health;

public sealed class HistoryTests
{
    private static async Task<JsonElement[]> Points(HealthHub hub, long id, string window) =>
        [.. (await hub.Http.Get($"integrations/{id}/health/history?window={window}")).Expect(200).GetProperty("points").EnumerateArray()];

    [Test]
    public async Task History_has_a_point_for_every_hour_or_day_and_says_where_nothing_was_called()
    {
        await using var hub = await HealthHub.Start();
        var id = await hub.Create();
        for (var i = 0; i < 3; i++)
            await hub.Called(id, latencyMs: 100);
        await hub.Called(id, "network", latencyMs: 3000);
        hub.Time.Advance(TimeSpan.FromHours(2));
        await hub.Called(id, latencyMs: 10);
        var day = await Points(hub, id, "24h");
        day.Should().HaveCount(25);
        day.Select(point => point.GetProperty("at").GetDateTimeOffset()).Should().BeInAscendingOrder();
        var (busy, quiet, last) = (day[^3], day[^2], day[^1]);
        (busy.GetProperty("uptime").GetDouble(), busy.GetProperty("calls").GetInt64(), busy.GetProperty("errors").GetInt64()).Should().Be((75, 4, 1));
        busy.GetProperty("latency_ms").GetProperty("p50").GetDouble().Should().BeInRange(80, 125);
        busy.GetProperty("latency_ms").GetProperty("p95").GetDouble().Should().BeInRange(2400, 3750);
        (quiet.GetProperty("uptime").ValueKind, quiet.GetProperty("latency_ms").ValueKind, quiet.GetProperty("calls").GetInt64()).Should().Be((JsonValueKind.Null, JsonValueKind.Null, 0));
        last.GetProperty("uptime").GetDouble().Should().Be(100);
        (await Points(hub, id, "7d")).Should().HaveCount(169);
        var month = await Points(hub, id, "30d");
        month.Should().HaveCount(31);
        month[^1].GetProperty("calls").GetInt64().Should().Be(5);
        (await hub.Http.Get($"integrations/{id}/health/history?window=1y")).Expect(400).GetProperty("errors").GetProperty("window")[0].GetString().Should().Be("must be one of 24h, 7d, 30d");
    }

    [Test]
    public async Task Uptime_forgets_what_lies_outside_its_window()
    {
        await using var hub = await HealthHub.Start();
        var id = await hub.Create();
        await hub.Called(id);
        hub.Time.Advance(TimeSpan.FromDays(2));
        await hub.Called(id, "network");
        var health = await hub.Health(id);
        (health.GetProperty("uptime").GetProperty("24h").GetDouble(), health.GetProperty("uptime").GetProperty("7d").GetDouble()).Should().Be((0, 50));
        hub.Time.Advance(TimeSpan.FromDays(5.5));
        health = await hub.Health(id);
        (health.GetProperty("uptime").GetProperty("24h").ValueKind, health.GetProperty("uptime").GetProperty("7d").GetDouble()).Should().Be((JsonValueKind.Null, 0));
    }

    [Test]
    public async Task A_million_calls_take_no_more_room_than_one()
    {
        await using var hub = await HealthHub.Start();
        var id = await hub.Create();
        for (var i = 0; i < 200; i++)
            await hub.Called(id, latencyMs: i);
        (await hub.Scalar<long>("select count(*) from integrations.health_slots")).Should().Be(3);
        (await hub.Scalar<long>("select calls from integrations.health_slots where grain = 'hour'")).Should().Be(200);
        (await hub.Scalar<long>("select n_tup_upd from pg_stat_user_tables where relname = 'integrations'")).Should().BeLessThan(5, "a steady integration's own row is left alone");
    }

    [Test]
    public async Task Old_slots_are_dropped_and_the_gauges_filled()
    {
        await using var hub = await HealthHub.Start();
        var id = await hub.Create();
        await hub.Called(id);
        var upkeep = hub.Hub.Services.GetRequiredService<HealthUpkeep>();
        await upkeep.Tick(CancellationToken.None);
        foreach (var (after, left) in new[] { (TimeSpan.FromHours(1), 3), (TimeSpan.FromHours(2), 2), (TimeSpan.FromDays(8), 1), (TimeSpan.FromDays(24), 0) })
        {
            hub.Time.Advance(after);
            await upkeep.Tick(CancellationToken.None);
            (await hub.Scalar<long>("select count(*) from integrations.health_slots")).Should().Be(left);
        }

        await hub.TickAll();
        var metrics = (await hub.Http.Get("/metrics")).Text;
        metrics.Should().Contain("hub_integrations{health_status=\"healthy\"} 1\n").And.Contain("hub_health_checks_total{outcome=\"ok\"}")
            .And.Contain("hub_health_check_lag_seconds_bucket").And.Contain("hub_health_observations_total{outcome=\"ok\",source=\"call\"}").And.Contain("hub_health_checks_overdue_seconds");
    }

    [Test]
    public async Task What_was_observed_before_the_upgrade_counts_after_it()
    {
        await using var hub = await HealthHub.Start();
        var id = await hub.Create();
        var scripts = new[] { "down", "up" }.Select(way => $"integrations/0007_health.{way}.sql").Select(name =>
        {
            using var reader = new StreamReader(typeof(IntegrationsModule).Assembly.GetManifestResourceStream(name)!);
            return reader.ReadToEnd();
        }).ToArray();
        await hub.Scalar<object>(scripts[0]);
        await hub.Scalar<object>($"""
            insert into integrations.health_observations (integration_id, at, source, ok, reason, latency_ms)
            select {id}, timestamptz '{hub.Time.GetUtcNow():O}' - n * interval '20 minutes', 'call', n % 4 > 0, case when n % 4 = 0 then 'network' end,
                   case when n % 2 = 0 then 100 * n end
            from generate_series(1, 40) as n
            """);
        await hub.Scalar<object>(scripts[1]);
        var health = await hub.Health(id);
        health.GetProperty("uptime").GetProperty("24h").GetDouble().Should().Be(75);
        health.GetProperty("latency_ms").GetProperty("24h").GetProperty("p50").GetDouble().Should().BeInRange(1600, 2500);
        (await hub.Scalar<long>("select sum(n)::bigint from integrations.health_slots, unnest(latency) as n where grain = 'day'")).Should().Be(40);
    }
}
