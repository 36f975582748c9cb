using FluentAssertions;
using Hub.FakeJira;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests.Engine;

public class FairnessTests
{
    [Test]
    public async Task A_long_run_of_one_tenant_makes_room_for_another_tenants_run_and_then_goes_on_where_it_was()
    {
        await using var large = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 1200 });
        await using var small = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 5 });
        large.Search.MaxPage = 5;
        await using var hub = await JiraHub.Start(large, setup =>
        {
            setup.Settings["Hub:Sync:Parallelism"] = "1";
            setup.Settings["Hub:Sync:SliceSeconds"] = "0.2";
        });
        var other = await Connect(hub, small, await hub.Hub.CreateScope("tenant", "Other"));

        var id = await hub.Begin();
        await HubFixture.Eventually(async () => (await hub.Http.Get($"sync-runs/{id}")).Json.Number("processed"), n => n > 0, "the long run is under way");
        var run = (await hub.Http.Post($"projects/{other}/jira-sync", new { sync_type = "full" })).Expect(202).GetProperty("run").Text("id");
        await hub.End(Guid.Parse(run));
        (await hub.Http.Get($"sync-runs/{id}")).Expect(200).Text("status").Should().NotBe("completed", "two hundred pages are still to come");

        var end = await hub.End(id);
        (end.Text("status"), end.Number("created"), end.Number("processed")).Should().Be(("completed", 1200, 1200));
        large.Requests.To("/search/jql").Select(request => request.Body).Should().OnlyHaveUniqueItems("no page was read twice");
    }

    [Test]
    public async Task A_run_that_nobody_waits_behind_is_never_put_down()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 60 });
        jira.Search.MaxPage = 5;
        await using var hub = await JiraHub.Start(jira, setup => setup.Settings["Hub:Sync:SliceSeconds"] = "0");
        (await hub.Sync()).Text("status").Should().Be("completed");
        (await hub.Sql<long>("select lease_token from sync.runs")).Should().Be(1, "it was claimed once");
    }

    [Test]
    public async Task Ten_thousand_waiting_runs_of_one_tenant_stand_behind_the_first_of_another()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 5 });
        await using var hub = await JiraHub.Start(jira, setup => setup.Workers = false);
        await hub.Sql<int>("""
            insert into sync.runs (id, integration_id, scope_id, scope_path, sync_type, status, requested_by, created_at, queued_at, lease_until)
            select gen_random_uuid(), 100000 + n, 1, array[1, 999999], 'full', case when n = 1 then 'running' else 'queued' end, 'test',
                now() - interval '1 hour', now() - interval '1 hour', case when n = 1 then now() + interval '1 hour' end
            from generate_series(1, 10000) n
            """);
        var id = await hub.Begin();
        (await hub.Worker.Tick(default)).Should().Be(1);
        (await hub.End(id, "completed")).Number("created").Should().Be(5);
    }

    private static async Task<long> Connect(JiraHub hub, FakeJiraServer jira, long tenant)
    {
        var project = await hub.Hub.CreateProject("Small", tenant);
        (await hub.Http.Post($"projects/{project}/jira-config", new
        {
            jira_url = jira.Url, email = jira.Options.Email, api_key = jira.Options.Token, project_key = JiraHub.Projects,
        })).Expect(201);
        return project;
    }
}
