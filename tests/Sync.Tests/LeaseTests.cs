using FluentAssertions;
using Hub.FakeJira;
using Hub.Fakes;
using Hub.Sync.Providers;
using Hub.Sync.Runs;
using Hub.TestHarness;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Hub.Sync.Tests;

public class LeaseTests
{
    [Test]
    public async Task Two_workers_take_one_run_once()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 250 });
        await using var hub = await JiraHub.Start(jira, setup => setup.Workers = false);
        var id = await hub.Begin();
        var ticks = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => hub.Worker.Tick(default)));
        ticks.Sum().Should().Be(1);
        (await hub.End(id, "completed")).Number("processed").Should().Be(250);
        jira.Requests.To("/search/jql").Should().HaveCount(3);
    }

    [Test]
    public async Task A_run_whose_worker_died_is_taken_over_when_its_lease_is_over_and_the_dead_one_can_write_nothing_more()
    {
        var time = new FakeTime(DateTimeOffset.UtcNow);
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 250 });
        await using var hub = await JiraHub.Start(jira, setup => (setup.Time, setup.Workers) = (time, false));
        var id = await hub.Begin();
        var dead = await hub.Use<RunClaims, ClaimedRun?>(claims => claims.Claim(default));
        (await hub.Worker.Tick(default)).Should().Be(0, "somebody has it");
        time.Advance(TimeSpan.FromSeconds(29));
        (await hub.Worker.Tick(default)).Should().Be(0);
        time.Advance(TimeSpan.FromSeconds(2));
        var late = await hub.Use<RunClaims, ClaimedRun?>(claims => claims.Claim(default));
        late!.Id.Should().Be(id);
        late.LeaseToken.Should().BeGreaterThan(dead!.LeaseToken);

        (await hub.Use<RunClaims, bool>(claims => claims.Keep(dead, default))).Should().BeFalse();
        var write = () => hub.Use<RunLedger, bool>(async ledger =>
        {
            await ledger.Fail(dead, "internal", "written by a ghost", default);
            return true;
        });
        await write.Should().ThrowAsync<LeaseLost>();
        await hub.Use<RunClaims, bool>(async claims =>
        {
            await claims.GiveBack(late, default);
            return true;
        });
        (await hub.Worker.Tick(default)).Should().Be(1);
        (await hub.End(id, "completed")).Number("created").Should().Be(250);
    }

    [Test]
    public async Task A_graceful_stop_gives_the_run_back_and_another_process_goes_on_from_the_last_page()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 250 });
        await using var first = await JiraHub.Start(jira);
        jira.Search.BeforePage = page => { if (page == 2) jira.Faults.Next("/rest/api/3/search", Fault.Timeout); };
        var id = await first.Begin();
        await HubFixture.Eventually(async () => (await first.Http.Get($"sync-runs/{id}")).Json.Number("processed"), n => n == 200, "two pages are stored");
        await first.Hub.Stop();
        (await first.Sql<string>("select status from sync.runs")).Should().Be("queued");
        jira.Requests.Clear();
        await using var second = await JiraHub.Start(jira, setup => setup.ConnectionString = first.Hub.ConnectionString, like: first);
        var run = await second.End(id);
        (run.Text("status"), run.Number("created"), run.Number("processed")).Should().Be(("completed", 250, 250));
        jira.Requests.To("/search").Should().HaveCount(1);
    }

    [Test]
    public async Task A_run_that_kills_its_process_again_and_again_ends()
    {
        var time = new FakeTime(DateTimeOffset.UtcNow);
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 5 });
        await using var hub = await JiraHub.Start(jira, setup => (setup.Time, setup.Workers) = (time, false));
        var id = await hub.Begin();
        for (var i = 0; i < 6; i++)
        {
            (await hub.Use<RunClaims, ClaimedRun?>(claims => claims.Claim(default))).Should().NotBeNull();
            time.Advance(TimeSpan.FromSeconds(31));
        }

        (await hub.Worker.Tick(default)).Should().Be(1);
        (await hub.End(id, "failed")).Text("error").Should().Contain("again and again");
        hub.Heard.Calls.Should().BeEmpty("it says nothing about the integration");
    }

    [Test]
    public async Task A_running_run_is_cancelled_at_once_and_stores_nothing_more()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 250 });
        await using var hub = await JiraHub.Start(jira);
        jira.Search.BeforePage = page => { if (page == 1) jira.Faults.Always("/rest/api/3/search", Fault.Timeout); };
        var id = await hub.Begin();
        await HubFixture.Eventually(async () => (await hub.Http.Get($"sync-runs/{id}")).Json.Number("processed"), n => n == 100, "one page is stored");
        (await hub.Http.Post($"sync-runs/{id}/cancel")).Expect(200).Text("status").Should().Be("cancelled");
        // The silent answer would hold the call for a minute and a half: it ends because the worker is told.
        await HubFixture.Eventually(
            () => Task.FromResult(hub.Hub.Logs.Lines.Any(line => line.Contains("was cancelled or taken over"))), seen => seen, "the worker lets go");
        var run = await hub.End(id, "cancelled");
        run.Number("processed").Should().Be(100);
        (await hub.Http.Post($"sync-runs/{id}/cancel")).Expect(200).Text("status").Should().Be("cancelled");
        jira.Faults.Clear();
        jira.Search.BeforePage = null;
        var next = await hub.Sync();
        next.Number("created").Should().Be(150);
        (await hub.Http.Post($"sync-runs/{next.Text("id")}/cancel")).Expect(409).Text("code").Should().Be("run_ended");
        (await hub.Sql<long>("select count(*) from sync.run_seen")).Should().Be(0);
    }

    [Test]
    public async Task A_slow_page_does_not_cost_the_lease()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 20 });
        await using var first = await JiraHub.Start(jira, setup => setup.Settings["Hub:Sync:LeaseSeconds"] = "3");
        await using var second = await JiraHub.Start(
            jira, setup => (setup.ConnectionString, setup.Settings["Hub:Sync:LeaseSeconds"]) = (first.Hub.ConnectionString, "3"), like: first);
        jira.Faults.Next("/rest/api/3/search", Fault.Slow(TimeSpan.FromMilliseconds(600)));
        var run = await first.Sync();
        run.Number("duration_ms").Should().BeGreaterThan(4000, "the lease could have run out meanwhile");
        jira.Requests.To("/search/jql").Should().HaveCount(1);
        (await first.Sql<long>("select lease_token from sync.runs")).Should().Be(1);
    }

    [Test]
    public async Task A_queued_run_is_cancelled_without_being_started()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 5 });
        await using var hub = await JiraHub.Start(jira, setup => setup.Workers = false);
        var id = await hub.Begin();
        (await hub.Http.Post($"sync-runs/{id}/cancel")).Expect(200);
        (await hub.Worker.Tick(default)).Should().Be(0);
        jira.Requests.All.Should().BeEmpty();
    }

    [Test]
    public async Task The_tenant_with_fewer_runs_under_way_goes_first()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 5 });
        await using var hub = await JiraHub.Start(jira, setup => setup.Workers = false);
        const string insert = """
            insert into sync.runs (id, integration_id, scope_id, scope_path, sync_type, status, requested_by, created_at, queued_at, lease_until)
            values (@id, @integration, 1, @path, 'full', @status, 'test', now() - @age * interval '1 minute', now() - @age * interval '1 minute',
                case when @status = 'running' then now() + interval '1 hour' end)
            returning id
            """;
        async Task<Guid> Row(long integration, long tenant, string status, int age) =>
            await hub.Sql<Guid>(insert, new { id = Guid.CreateVersion7(), integration, path = new[] { 1, tenant, 50 }, status, age });
        await Row(900, 10, "running", 90);
        var old = await Row(901, 10, "queued", 60);
        var young = await Row(902, 11, "queued", 1);
        (await hub.Use<RunClaims, ClaimedRun?>(claims => claims.Claim(default)))!.Id.Should().Be(young);
        (await hub.Use<RunClaims, ClaimedRun?>(claims => claims.Claim(default)))!.Id.Should().Be(old);
    }
}
