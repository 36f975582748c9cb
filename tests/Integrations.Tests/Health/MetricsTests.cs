using System.Text.Json;
using FluentAssertions;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Health;

public sealed class MetricsTests
{
    private static async Task<JsonElement> Metrics(HttpClient http, string query = "") => (await http.Get($"integrations/metrics{query}")).Expect(200);

    private static Task<object?> Run(HealthHub hub, long id, long scope, string status, int minutesAgo, int seconds, int processed) => hub.Scalar<object>($"""
        insert into sync.runs (id, integration_id, scope_id, scope_path, sync_type, status, processed, updated, requested_by, started_at, completed_at, created_at, queued_at)
        select gen_random_uuid(), {id}, {scope}, path, 'incremental', '{status}', {processed}, {processed / 2}, 'test', t.at - interval '{seconds} seconds', t.at, t.at, t.at
        from integrations.scopes, (select timestamptz '{hub.Time.GetUtcNow():O}' - interval '{minutesAgo} minutes' as at) t
        where scopes.id = {scope}
        """);

    private static Task<object?> Event(HealthHub hub, long id, long scope, string status, int minutesAgo, int durationMs) => hub.Scalar<object>($"""
        insert into webhooks.inbox_events (
            id, day, integration_id, integration_type, scope_path, event_type, delivery_id, payload, payload_size, headers, received_at, status, next_attempt_at, duration_ms)
        select gen_random_uuid(), (t.at at time zone 'UTC')::date, {id}, 'jira', path, 'jira:issue_updated', gen_random_uuid()::text, '', 1000, '{"{}"}', t.at, '{status}', t.at, {durationMs}
        from integrations.scopes, (select timestamptz '{hub.Time.GetUtcNow():O}' - interval '{minutesAgo} minutes' as at) t
        where scopes.id = {scope}
        """);

    [Test]
    public async Task Calls_syncs_and_webhooks_are_added_up_for_each_and_for_all()
    {
        await using var hub = await HealthHub.Start();
        var tenant = await hub.Hub.CreateScope("tenant", "Acme");
        var (busy, idle) = (await hub.Create("Busy", scope: tenant), await hub.Create("Idle"));
        for (var i = 0; i < 8; i++)
            await hub.Called(busy, latencyMs: 100);
        await hub.Called(busy, "network", latencyMs: 5000);
        await hub.Called(busy, "rate_limited", latencyMs: 5);
        await Run(hub, busy, tenant, "completed", 30, 10, 40);
        await Run(hub, busy, tenant, "completed", 20, 20, 10);
        await Run(hub, busy, tenant, "failed", 10, 5, 0);
        await Run(hub, busy, tenant, "completed", 3000, 900, 9999);
        foreach (var status in new[] { "processed", "processed", "ignored", "dead", "pending" })
            await Event(hub, busy, tenant, status, 5, 50);
        await Event(hub, busy, tenant, "processed", 3000, 9000);

        var metrics = await Metrics(hub.Http);
        var items = metrics.GetProperty("items").EnumerateArray().ToArray();
        items.Select(item => item.GetProperty("integration_id").GetInt64()).Should().Equal(busy, idle);
        foreach (var figures in new[] { items[0].GetProperty("metrics"), metrics.GetProperty("total") })
        {
            (figures.GetProperty("calls").GetInt64(), figures.GetProperty("errors").GetInt64(), figures.GetProperty("error_rate").GetDouble(), figures.GetProperty("uptime").GetDouble())
                .Should().Be((10, 2, 0.2, 90));
            figures.GetProperty("latency_ms").GetProperty("p50").GetDouble().Should().BeInRange(80, 125);
            figures.GetProperty("latency_ms").GetProperty("p99").GetDouble().Should().BeInRange(4000, 6250);
            figures.GetProperty("sync").GetRawText().Should().Be("""{"runs":3,"completed":2,"failed":1,"success_rate":0.66667,"duration_ms":{"p50":15000,"p95":19500}}""");
            figures.GetProperty("data_volume").GetRawText().Should().Be("""{"records_read":50,"records_changed":25,"webhook_bytes":5000}""");
            figures.GetProperty("data_freshness").GetProperty("age_seconds").GetDouble().Should().Be((20 * 60) + 20);
            figures.GetProperty("webhooks").GetRawText().Should().Be(
                """{"received":5,"processed":2,"ignored":1,"pending":1,"dead":1,"processing_ms":{"p50":50,"p95":50,"p99":50}}""");
        }

        items[1].GetProperty("metrics").GetRawText().Should().Be("""
            {"calls":0,"errors":0,"error_rate":null,"uptime":null,"latency_ms":null,
            "sync":{"runs":0,"completed":0,"failed":0,"success_rate":null,"duration_ms":null},
            "data_volume":{"records_read":0,"records_changed":0,"webhook_bytes":0},"data_freshness":{"as_of":null,"age_seconds":null},
            "webhooks":{"received":0,"processed":0,"ignored":0,"pending":0,"dead":0,"processing_ms":null}}
            """.ReplaceLineEndings(""));
        (await Metrics(hub.Http, "?window=7d")).GetProperty("total").GetProperty("data_volume").GetProperty("records_read").GetInt64().Should().Be(10_049);
    }

    [Test]
    public async Task A_caller_sees_the_figures_of_its_own_scope_only()
    {
        await using var hub = await HealthHub.Start();
        var (acme, other) = (await hub.Hub.CreateScope("tenant", "Acme"), await hub.Hub.CreateScope("tenant", "Other"));
        var theirs = await hub.Create("Theirs", scope: other);
        await hub.Called(theirs);
        await Run(hub, theirs, other, "completed", 30, 10, 40);
        await Event(hub, theirs, other, "processed", 5, 50);
        var viewer = await hub.Hub.ClientWith("viewer", acme);
        var metrics = await Metrics(viewer);
        metrics.GetProperty("items").GetArrayLength().Should().Be(0);
        var total = metrics.GetProperty("total");
        (total.GetProperty("calls").GetInt64(), total.GetProperty("sync").GetProperty("runs").GetInt64(), total.GetProperty("webhooks").GetProperty("received").GetInt64()).Should().Be((0, 0, 0));
        total.GetProperty("data_freshness").GetProperty("as_of").ValueKind.Should().Be(JsonValueKind.Null);
        (await Metrics(await hub.Hub.ClientWith("viewer", other))).GetProperty("total").GetProperty("calls").GetInt64().Should().Be(1);
    }

    [Test]
    public async Task Windows_forget_what_is_older_and_pages_follow_each_other()
    {
        await using var hub = await HealthHub.Start();
        var ids = new List<long>();
        for (var i = 0; i < 5; i++)
            ids.Add(await hub.Create($"Jira {i}"));
        await hub.Called(ids[0]);
        hub.Time.Advance(TimeSpan.FromHours(2));
        async Task<long> Calls(string window) => (await Metrics(hub.Http, $"?window={window}")).GetProperty("total").GetProperty("calls").GetInt64();
        (await Calls("1h"), await Calls("24h"), await Calls("7d"), await Calls("30d")).Should().Be((0, 1, 1, 1));
        hub.Time.Advance(TimeSpan.FromDays(3));
        (await Calls("24h"), await Calls("7d"), await Calls("30d")).Should().Be((0, 1, 1));
        hub.Time.Advance(TimeSpan.FromDays(20));
        (await Calls("7d"), await Calls("30d")).Should().Be((0, 1));

        var first = await Metrics(hub.Http, "?limit=3");
        var second = await Metrics(hub.Http, $"?limit=3&cursor={first.GetProperty("next_cursor").GetString()}");
        first.GetProperty("items").EnumerateArray().Concat(second.GetProperty("items").EnumerateArray()).Select(item => item.GetProperty("integration_id").GetInt64()).Should().Equal(ids);
        second.GetProperty("next_cursor").ValueKind.Should().Be(JsonValueKind.Null);
        (await hub.Http.Get("integrations/metrics?window=2h")).Expect(400).GetProperty("errors").GetProperty("window")[0].GetString().Should().Be("must be one of 1h, 24h, 7d, 30d");
    }
}
