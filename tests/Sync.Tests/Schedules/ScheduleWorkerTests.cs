using System.Diagnostics;
using System.Text.Json;
using FluentAssertions;
using Hub.FakeJira;
using Hub.SharedKernel.Data;
using Hub.Sync.Schedules;
using Hub.TestHarness;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Hub.Sync.Tests.Schedules;

public sealed class ScheduleWorkerTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 7, 12, 0, 0, TimeSpan.Zero);
    private FakeJiraServer jira = null!;
    private JiraHub hub = null!;
    private FakeTime time = null!;

    private ScheduleWorker Worker => hub.Hub.Services.GetRequiredService<ScheduleWorker>();

    [SetUp]
    public async Task Start()
    {
        time = new FakeTime(Noon);
        jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 20 });
        hub = await JiraHub.Start(jira, setup => (setup.Time, setup.Workers) = (time, false));
    }

    [TearDown]
    public async Task Stop()
    {
        await hub.DisposeAsync();
        await jira.DisposeAsync();
    }

    [Test]
    public async Task However_many_hubs_look_at_once_one_run_is_started()
    {
        await using var second = await JiraHub.Start(
            jira, setup => (setup.Time, setup.Workers, setup.ConnectionString) = (time, false, hub.Hub.ConnectionString), like: hub);
        await Every(60);
        (await Worker.Tick(default)).Should().Be(0);
        time.Advance(TimeSpan.FromMinutes(61));
        var workers = new[] { Worker, second.Hub.Services.GetRequiredService<ScheduleWorker>() };
        var ticks = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => workers[i % 2].Tick(default)));
        ticks.Sum().Should().Be(1);

        var run = await Single();
        (run.Text("status"), run.Text("sync_type"), run.Text("requested_by")).Should().Be(("queued", "incremental", "schedule"));
        var audit = (await hub.Http.Get($"audit?action=sync.started&target_id={run.Text("id")}")).Expect(200).GetProperty("items");
        (audit.GetArrayLength(), audit[0].Text("outcome")).Should().Be((1, "success"));
        audit[0].GetProperty("diff").GetProperty("requested_by").Text("to").Should().Be("schedule");
        var schedule = await Schedule();
        (schedule.Text("last_run_id"), schedule.Text("last_started_at")).Should().Be((run.Text("id"), "2026-03-07T13:01:00Z"));
        schedule.GetProperty("next_occurrences")[0].GetString().Should().Be("2026-03-07T14:00:00Z");
        (await hub.Worker.Tick(default)).Should().Be(1);
        (await hub.End(run.GetProperty("id").GetGuid(), "completed")).Number("created").Should().Be(20);
    }

    [Test]
    public async Task A_process_that_dies_before_its_commit_has_started_nothing()
    {
        await Every(60);
        time.Advance(TimeSpan.FromMinutes(61));
        await using (var scope = hub.Hub.Services.CreateAsyncScope())
        {
            await using var dies = await scope.ServiceProvider.GetRequiredService<Db>().Begin(default);
            (await scope.ServiceProvider.GetRequiredService<DueSchedules>().Take(default)).Should().Be(1);
            (await Worker.Tick(default)).Should().Be(0, "the other one holds it");
        }

        (await hub.Sql<long>("select count(*) from sync.runs")).Should().Be(0);
        (await Schedule()).GetProperty("last_run_id").ValueKind.Should().Be(JsonValueKind.Null);
        (await Worker.Tick(default)).Should().Be(1);
        (await Schedule()).Text("last_run_id").Should().Be((await Single()).Text("id"));
    }

    [Test]
    public async Task An_occurrence_is_passed_over_while_a_run_is_live_and_says_why()
    {
        await Every(60);
        time.Advance(TimeSpan.FromMinutes(50));
        var byHand = await hub.Begin();
        time.Advance(TimeSpan.FromMinutes(11));
        (await Worker.Tick(default)).Should().Be(1);
        var skipped = await Schedule();
        skipped.Text("last_skip_reason").Should().Be($"Run {byHand} had not ended yet.");
        (skipped.Text("last_skipped_at"), skipped.GetProperty("last_run_id").ValueKind).Should().Be(("2026-03-07T13:01:00Z", JsonValueKind.Null));
        skipped.GetProperty("next_occurrences")[0].GetString().Should().Be("2026-03-07T14:00:00Z");

        await hub.Worker.Tick(default);
        (await Worker.Tick(default)).Should().Be(0, "what was passed over is not queued up");
        for (var i = 1; i <= 9; i++)
            jira.Issues.Delete($"HUB-{i}");
        var held = await hub.Begin();
        await hub.Worker.Tick(default);
        await hub.End(held, "quarantined");
        time.Advance(TimeSpan.FromMinutes(60));
        (await Worker.Tick(default)).Should().Be(1);
        (await Schedule()).Text("last_skip_reason").Should().Be($"Run {held} was waiting for approval.");
        (await hub.Sql<long>("select count(*) from sync.runs")).Should().Be(2);
    }

    [Test]
    public async Task After_a_long_time_without_a_hub_there_is_one_run_at_once_and_the_phase_stays()
    {
        await Every(60);
        time.Advance(TimeSpan.FromHours(100.5));
        (await Worker.Tick(default)).Should().Be(1);
        (await Worker.Tick(default)).Should().Be(0);
        await Single();
        (await Schedule()).GetProperty("next_occurrences")[0].GetString().Should().Be("2026-03-11T17:00:00Z");
        (await hub.Http.Put($"integrations/{hub.Integration}/schedule", new { interval_minutes = 60, sync_type = "full" })).Expect(200)
            .GetProperty("next_occurrences")[0].GetString().Should().Be("2026-03-11T17:00:00Z", "the interval is the same");
    }

    [Test]
    public async Task A_schedule_that_this_machine_does_not_understand_waits_for_one_that_does_and_holds_up_nobody()
    {
        await Every(60);
        await Insert(900, tenant: 7, count: 1, cron: "0 9 * * *", zone: "Moon/Tranquility");
        time.Advance(TimeSpan.FromMinutes(61));
        (await Worker.Tick(default)).Should().Be(2);
        await Single();
        (await hub.Sql<string>("select last_skip_reason from sync.schedules where integration_id = 900")).Should().Contain("Moon/Tranquility");
        (await hub.Sql<bool>("select next_run_at > @now from sync.schedules where integration_id = 900", new { now = time.GetUtcNow() })).Should().BeTrue();
    }

    [Test]
    public async Task Ten_thousand_of_one_tenant_keep_another_waiting_for_one_batch_at_most()
    {
        using var statements = new StatementCount();
        await Insert(1000, tenant: 7, count: 10_000);
        await Insert(90_000, tenant: 8, count: 3);
        time.Advance(TimeSpan.FromHours(2));
        var trace = new Activity("test").Start();
        (await Worker.Tick(default)).Should().Be(DueSchedules.Batch);
        trace.Stop();
        statements.Of(trace.TraceId.ToHexString()).Should().BeLessThanOrEqualTo(6, "statements do not grow with the batch");
        (await hub.Sql<long>("select count(*) from sync.runs where scope_path[2] = 8")).Should().Be(3);

        var loops = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Drain()));
        loops.Sum().Should().Be(10_003 - DueSchedules.Batch);
        (await hub.Sql<long>("select count(distinct integration_id) from sync.runs")).Should().Be(10_003);
        (await hub.Sql<long>("select count(*) from sync.runs")).Should().Be(10_003);
        (await hub.Sql<long>("select count(*) from kernel.audit_log where action = 'sync.started'")).Should().Be(10_003);
        (await hub.Sql<long>("select count(*) from sync.schedules where next_run_at <= @now or last_run_id is null", new { now = time.GetUtcNow() })).Should().Be(0);

        async Task<int> Drain()
        {
            var all = 0;
            for (int one; (one = await Worker.Tick(default)) > 0;)
                all += one;
            return all;
        }
    }

    private async Task Every(int minutes) =>
        (await hub.Http.Put($"integrations/{hub.Integration}/schedule", new { interval_minutes = minutes, sync_type = "incremental" })).Expect(201);

    private async Task<JsonElement> Schedule() => (await hub.Http.Get($"integrations/{hub.Integration}/schedule")).Expect(200);

    private async Task<JsonElement> Single() =>
        (await hub.Http.Get("sync-runs")).Expect(200).GetProperty("items").EnumerateArray().Should().ContainSingle().Which;

    private Task<int> Insert(long first, long tenant, int count, string cron = "0 * * * *", string zone = "UTC") => hub.Sql<int>("""
        insert into sync.schedules (integration_id, scope_path, cron, time_zone, sync_type, enabled, paused, anchored_at, jitter_ms, period_minutes, next_run_at, created_at, updated_at)
        select @first + n, array[1, @tenant, 50], @cron, @zone, 'full', true, false, @now, 0, 60, @now + interval '1 hour' - (@first = 1000)::int * interval '1 minute', @now, @now
        from generate_series(0, @count - 1) as n
        returning 1
        """, new { first, tenant, count, cron, zone, now = Noon });
}
