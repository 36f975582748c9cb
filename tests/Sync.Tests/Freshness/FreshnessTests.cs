using System.Text.Json;
using FluentAssertions;
using Hub.FakeJira;
using Hub.Fakes;
using Hub.Sync.Contracts;
using Hub.Sync.Freshness;
using Hub.TestHarness;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Hub.Sync.Tests.Freshness;

public sealed class FreshnessTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 7, 12, 0, 0, TimeSpan.Zero);
    private readonly Changes changes = new();
    private FakeJiraServer jira = null!;
    private JiraHub hub = null!;
    private FakeTime time = null!;

    [SetUp]
    public async Task Start()
    {
        time = new FakeTime(Noon);
        jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 20 });
        hub = await JiraHub.Start(jira, Customise);
    }

    [TearDown]
    public async Task Stop()
    {
        await hub.DisposeAsync();
        await jira.DisposeAsync();
    }

    [Test]
    public async Task Data_is_as_fresh_as_the_beginning_of_the_last_run_that_read_it()
    {
        (await hub.Http.Get($"integrations/{hub.Integration}/freshness")).Expect(200).GetProperty("streams").GetArrayLength().Should().Be(0);
        await Run("full");
        time.Advance(TimeSpan.FromMinutes(10));
        var first = await Issues();
        (first.Text("fresh_as_of"), first.Number("age_seconds"), first.Number("last_read"), first.Number("usual_read"), first.Text("last_sync_type"))
            .Should().Be(("2026-03-07T12:00:00Z", 600, 20, 20, "full"));
        foreach (var nothing in new[] { "target_minutes", "target_source", "alarm", "breached_since" })
            first.GetProperty(nothing).ValueKind.Should().Be(JsonValueKind.Null);

        await Run("manual", "key = HUB-1");
        (await Issues()).Text("fresh_as_of").Should().Be("2026-03-07T12:00:00Z", "a part of it makes nothing fresh");
        jira.Faults.Always("/rest/api/3/search", Fault.Status(400));
        await Run("incremental", expected: "failed");
        (await Issues()).Text("fresh_as_of").Should().Be("2026-03-07T12:00:00Z");
        jira.Faults.Clear();
        await hub.Sql<int>("""
            insert into sync.stream_freshness (integration_id, stream, scope_path, integration_type, history, expected_since, paused)
            select integration_id, 'gone', scope_path, integration_type, '{}', expected_since, false from sync.stream_freshness returning 1
            """);
        var part = (await hub.Http.Post($"integrations/{hub.Integration}/sync", new { sync_type = "incremental", streams = new[] { "issues" } })).Expect(202);
        (await hub.Worker.Tick(default)).Should().Be(1);
        await hub.End(part.GetProperty("run").GetProperty("id").GetGuid(), "completed");
        (await Issues()).Text("fresh_as_of").Should().Be("2026-03-07T12:10:00Z");
        (await hub.Sql<long>("select count(*) from sync.stream_freshness")).Should().Be(2, "the run read a part of what is switched on");
        await Run("incremental");
        (await hub.Sql<long>("select count(*) from sync.stream_freshness")).Should().Be(1, "what a run over all streams leaves out is switched off");
    }

    [Test]
    public async Task A_breach_is_told_once_by_all_hubs_together_and_so_is_the_recovery()
    {
        await using var second = await JiraHub.Start(jira, setup =>
        {
            Customise(setup);
            setup.ConnectionString = hub.Hub.ConnectionString;
        }, like: hub);
        await Run("full");
        (await Put(new { targets = new { issues = 30 } })).Expect(200).GetProperty("streams")[0].Text("target_source").Should().Be("set");
        time.Advance(TimeSpan.FromMinutes(30));
        (await Judge()).Should().Be(0);
        time.Advance(TimeSpan.FromSeconds(1));
        (await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? hub : second).Hub.Services.GetRequiredService<FreshnessWorker>().Tick(default))))
            .Sum().Should().Be(1);
        changes.Told.Should().ContainSingle().Which.Should().Match<StreamFreshnessChanged>(told =>
            told.Alarm == "stale" && told.AlarmBefore == null && told.Stream == "issues" && told.TargetMinutes == 30 && told.Since == Noon.AddMinutes(30));
        var stale = await Issues();
        (stale.Text("alarm"), stale.Text("breached_since")).Should().Be(("stale", "2026-03-07T12:30:00Z"));

        var health = (await hub.Http.Get($"integrations/{hub.Integration}/health")).Expect(200);
        (health.Text("health_status"), health.GetProperty("freshness")[0].Text("stream"), health.GetProperty("freshness")[0].Text("alarm")).Should().Be(("healthy", "issues", "stale"));
        var all = (await hub.Http.Get("integrations/health")).Expect(200);
        (all.Text("overall"), all.GetProperty("freshness").Number("stale")).Should().Be(("warning", 1));

        await Run("incremental");
        changes.Told.Should().HaveCount(2, "the run itself clears it");
        changes.Told.Last().Should().Match<StreamFreshnessChanged>(told => told.Alarm == null && told.AlarmBefore == "stale");
        (await Judge()).Should().Be(0);
        (await hub.Http.Get("integrations/health")).Expect(200).Text("overall").Should().Be("healthy");
        (await hub.Sql<string>("select string_agg(type, ' ' order by id) from webhooks.live_events where type in ('sync.stale', 'sync.fresh')")).Should().Be("sync.stale sync.fresh");
        (await hub.Http.Get("audit?action=freshness.targets_set")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(1);
    }

    [Test]
    public async Task Each_hub_measures_what_its_own_database_holds()
    {
        await Run("full");
        (await Put(new { targets = new { issues = 30 } })).Expect(200);
        time.Advance(TimeSpan.FromSeconds(1801));
        (await Judge()).Should().Be(1);
        await using (var other = await HubFixture.Start(setup => setup.Workers = false))
        {
            await other.Services.GetRequiredService<FreshnessWorker>().Tick(default);
            (await other.Http.Get("/metrics")).Text.Should().NotContain("hub_sync_streams_stale{");
        }

        (await hub.Http.Get("/metrics")).Text.Should().MatchRegex("""hub_sync_streams_stale\{[^}]*alarm="stale"[^}]*\} 1\n""")
            .And.MatchRegex("""hub_sync_stream_age_seconds\{[^}]*of="worst"[^}]*\} 1801\n""")
            .And.Contain("http_server_request_duration_seconds_count{", "the framework's meters are this hub's too");
        (await hub.Http.Delete($"integrations/{hub.Integration}")).Status.Should().Be(204);
        await Judge();
        (await hub.Http.Get("/metrics")).Text.Should().MatchRegex("""hub_sync_stream_age_seconds\{[^}]*of="worst"[^}]*\} NaN\n""", "what is gone has no age");
    }

    [Test]
    public async Task A_schedule_that_never_comes_through_is_stale_after_twice_its_period_also_when_nothing_was_ever_read()
    {
        await Schedule(60);
        var expected = await Issues();
        (expected.Number("target_minutes"), expected.Text("target_source"), expected.GetProperty("fresh_as_of").ValueKind).Should().Be((120, "schedule", JsonValueKind.Null));
        time.Advance(TimeSpan.FromMinutes(120));
        (await Judge()).Should().Be(0);
        time.Advance(TimeSpan.FromMinutes(1));
        (await Judge()).Should().Be(1);
        (await Issues()).Text("alarm").Should().Be("stale");

        // A disabled integration is not expected to have anything, and has time again when it is back.
        await hub.Switch(enabled: false);
        changes.Told.Last().Should().Match<StreamFreshnessChanged>(told => told.Alarm == null && told.Paused);
        time.Advance(TimeSpan.FromDays(3));
        (await Judge()).Should().Be(0);
        await hub.Switch(enabled: true);
        time.Advance(TimeSpan.FromMinutes(119));
        (await Judge()).Should().Be(0);
        time.Advance(TimeSpan.FromMinutes(2));
        (await Judge()).Should().Be(1);

        // Without a schedule nothing is expected.
        (await hub.Http.Delete($"integrations/{hub.Integration}/schedule")).Status.Should().Be(204);
        (await Judge()).Should().Be(1);
        (await Issues()).GetProperty("target_minutes").ValueKind.Should().Be(JsonValueKind.Null);
        (await hub.Http.Delete($"integrations/{hub.Integration}")).Status.Should().Be(204);
        (await hub.Sql<long>("select count(*) from sync.stream_freshness")).Should().Be(0);
    }

    [Test]
    public async Task A_success_that_read_nothing_where_records_are_usual_is_told()
    {
        await Run("full");
        await Run("full");
        foreach (var key in await hub.Keys())
            jira.Issues.Delete(key);
        var held = await Run("full", expected: "quarantined");
        changes.Told.Should().BeEmpty("it is not completed yet");
        (await hub.Http.Post($"sync-runs/{held.Text("id")}/approve")).Expect(200);
        changes.Told.Should().ContainSingle().Which.Should().Match<StreamFreshnessChanged>(told => told.Alarm == "empty_success" && told.LastRead == 0 && told.UsualRead == 20);
        (await hub.Http.Get("integrations/health")).Expect(200).GetProperty("freshness").Number("empty_success").Should().Be(1);
        jira.Issues.Add("HUB", issue => issue);
        await Run("full");
        changes.Told.Last().Alarm.Should().BeNull();
        (await Issues()).Number("usual_read").Should().Be(1);
    }

    [Test]
    public async Task Targets_are_checked_and_belong_to_their_tenant()
    {
        foreach (var (body, field) in new[]
        {
            ("{}", "targets"),
            ("""{"targets":{"commits":5}}""", "targets.commits"),
            ("""{"targets":{"issues":0}}""", "targets.issues"),
            ("""{"targets":{"issues":525601}}""", "targets.issues"),
            ("""{"targets":{"issues":5},"alarm":true}""", "alarm"),
        })
            (await Put(body)).Expect(400).GetProperty("errors").EnumerateObject().Select(e => e.Name).Should().Equal([field], $"of {body}");
        var push = (await hub.Http.Post("integrations", new
        {
            scope_id = hub.Project, name = "Push", integration_type = "webhook", enabled = true, configuration = new { url = "https://example.com/" },
        })).Expect(201).Number("id");
        (await hub.Http.Put($"integrations/{push}/freshness-targets", new { targets = new { issues = 5 } })).Expect(409).Text("code").Should().Be("not_syncable");
        (await Put(new { targets = new { issues = 5 } })).Expect(200);
        (await Put(new { targets = new { } })).Expect(200).GetProperty("streams")[0].GetProperty("target_minutes").ValueKind.Should().Be(JsonValueKind.Null);

        using var other = await hub.Hub.ClientWith("admin", await hub.Hub.CreateScope("tenant", "Other"));
        (await other.Get($"integrations/{hub.Integration}/freshness")).Expect(404);
        (await other.Put($"integrations/{hub.Integration}/freshness-targets", new { targets = new { issues = 5 } })).Expect(404);
        (await other.Get("freshness")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(0);
        using var viewer = await hub.Hub.ClientWith("viewer", hub.Project);
        (await viewer.Get("freshness")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(1);
        (await viewer.Put($"integrations/{hub.Integration}/freshness-targets", new { targets = new { issues = 5 } })).Expect(403);
    }

    [Test]
    public async Task The_list_is_worst_first_page_by_page_and_ten_thousand_breaches_are_told_in_batches()
    {
        await hub.Sql<int>("""
            insert into sync.stream_freshness (integration_id, stream, scope_path, integration_type, fresh_as_of, history, target_minutes, expected_since, paused)
            select 1000 + n, 'issues', array[1, 7, 50], 'jira', case when n % 7 > 0 then @now - n * interval '1 second' end, '{}', case when n <= 2000 then 10 end, @now - interval '1 day', false
            from generate_series(1, 2500) n
            returning 1
            """, new { now = Noon });
        var told = 0;
        foreach (var worker in Enumerable.Repeat(hub.Hub.Services.GetRequiredService<FreshnessWorker>(), 12))
            told += await worker.Tick(default);
        told.Should().Be(await hub.Sql<int>("select count(*)::int from sync.stream_freshness where alarm = 'stale'")).And.BeGreaterThan(1000);

        var items = new List<JsonElement>();
        for (string? cursor = null; ;)
        {
            var page = (await hub.Http.Get($"freshness?limit=200{(cursor is null ? "" : "&cursor=" + cursor)}")).Expect(200);
            items.AddRange(page.GetProperty("items").EnumerateArray());
            if ((cursor = page.GetProperty("next_cursor").GetString()) is null)
                break;
        }

        items.Select(item => item.Number("integration_id")).Should().OnlyHaveUniqueItems().And.HaveCount(2500);
        items.Take(told).Should().OnlyContain(item => item.Text("alarm") == "stale");
        items[0].GetProperty("fresh_as_of").ValueKind.Should().Be(JsonValueKind.Null);
        items.Take(told).Where(item => item.GetProperty("age_seconds").ValueKind is not JsonValueKind.Null).Select(item => item.Number("age_seconds")).Should().BeInDescendingOrder();
        (await hub.Http.Get("freshness?alarm=true&limit=1")).Expect(200).GetProperty("items")[0].Text("alarm").Should().Be("stale");
        (await hub.Http.Get("freshness?alarm=false&limit=1")).Expect(200).GetProperty("items")[0].GetProperty("alarm").ValueKind.Should().Be(JsonValueKind.Null);
        (await hub.Http.Get("freshness?cursor=xx")).Expect(400);
    }

    private void Customise(HubSetup setup)
    {
        (setup.Time, setup.Workers) = (time, false);
        var before = setup.Services;
        setup.Services = services =>
        {
            before?.Invoke(services);
            services.AddSingleton(changes);
            services.AddScoped<INotificationHandler<StreamFreshnessChanged>, ChangeListener>();
        };
    }

    [Test]
    public async Task What_belongs_to_issues_is_not_missed_when_no_issue_changed()
    {
        jira.Issues.Comment("HUB-1", "first");
        await hub.Set("sync_comments", true);
        await Run("full");
        await Run("full");
        changes.Told.Should().BeEmpty("comments are read of issues that changed, and none did");

        foreach (var key in await hub.Keys())
            jira.Issues.Delete(key);
        var held = await Run("full", expected: "quarantined");
        (await hub.Http.Post($"sync-runs/{held.Text("id")}/approve")).Expect(200);
        changes.Told.Should().ContainSingle().Which.Stream.Should().Be("issues");
    }

    private async Task<JsonElement> Run(string type, string? jql = null, string expected = "completed")
    {
        var id = await hub.Begin(type, jql);
        (await hub.Worker.Tick(default)).Should().Be(1);
        return await hub.End(id, expected);
    }

    private async Task<JsonElement> Issues() =>
        (await hub.Http.Get($"integrations/{hub.Integration}/freshness")).Expect(200).GetProperty("streams").EnumerateArray().Single(stream => stream.Text("stream") == "issues");

    private async Task Schedule(int minutes) =>
        (await hub.Http.Put($"integrations/{hub.Integration}/schedule", new { interval_minutes = minutes, sync_type = "incremental" })).Expect(201);

    private Task<Answer> Put(object body) => hub.Http.Put($"integrations/{hub.Integration}/freshness-targets", body);

    private Task<int> Judge() => hub.Hub.Services.GetRequiredService<FreshnessWorker>().Tick(default);

    private sealed class Changes
    {
        public System.Collections.Concurrent.ConcurrentQueue<StreamFreshnessChanged> Told { get; } = new();
    }

    private sealed class ChangeListener(Changes changes) : INotificationHandler<StreamFreshnessChanged>
    {
        public Task Handle(StreamFreshnessChanged notification, CancellationToken cancellationToken)
        {
            changes.Told.Enqueue(notification);
            return Task.CompletedTask;
        }
    }
}
