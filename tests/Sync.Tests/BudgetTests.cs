using System.Text.Json;
using FluentAssertions;
using Hub.FakeJira;
using Hub.Fakes;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests;

public class BudgetTests
{
    private const string Search = "/rest/api/3/search/jql";

    [Test]
    public async Task A_pause_holds_back_everybody_with_the_credential_in_every_process_until_it_is_over()
    {
        var time = new FakeTime(DateTimeOffset.UtcNow);
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 20 });
        await using var hub = await JiraHub.Start(jira, setup => (setup.Time, setup.Workers) = (time, false));
        var same = await Another(hub, "Same", jira.Options.Token);
        var stranger = await Another(hub, "Stranger", "another-token-0815");

        jira.Faults.Next("/rest/api", Fault.Throttle(600, "jira-quota-tenant-based"));
        var first = await Wait(hub, await hub.Begin());
        var until = first.GetProperty("wait_until").GetDateTimeOffset();
        until.Should().BeCloseTo(time.GetUtcNow().AddSeconds(600), TimeSpan.FromSeconds(1));
        first.Text("error").Should().Contain("pause").And.Contain("UTC");

        jira.Requests.Clear();
        var second = await Wait(hub, await Begin(hub, same));
        second.GetProperty("wait_until").GetDateTimeOffset().Should().BeCloseTo(until, TimeSpan.FromSeconds(1));
        await Limited(hub, same);
        await using (var restarted = await JiraHub.Start(
            jira, setup => (setup.Time, setup.Workers, setup.ConnectionString) = (time, false, hub.Hub.ConnectionString), like: hub))
            await Limited(restarted, hub.Integration);
        jira.Requests.All.Should().BeEmpty("the budget is asked before Jira is");
        (await hub.Sql<long>("select count(*) from sync.runs where status = 'waiting' and lease_until is null")).Should().Be(2, "who waits holds nothing");
        (await hub.Sql<long>("select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'")).Should().Be(0);
        (await hub.Hub.Http.Get($"sync-runs/{await Begin(hub, stranger)}")).Expect(200);
        (await hub.Worker.Tick(default)).Should().Be(1);
        jira.Requests.All.Should().NotBeEmpty().And.OnlyContain(request => request.Status == 401, "the limits of another credential are others");

        var shown = (await hub.Http.Get($"integrations/{same}/budget")).Expect(200);
        shown.GetProperty("paused_until").GetDateTimeOffset().Should().BeCloseTo(until, TimeSpan.FromSeconds(1));
        shown.GetProperty("limits").EnumerateArray().Select(limit => limit.Text("name")).Should().Contain("jira-quota-tenant-based");
        shown.GetRawText().Should().NotContain(jira.Options.Token);
        (await hub.Http.Get($"integrations/{stranger}/budget")).Expect(200).GetProperty("limits").GetArrayLength().Should().Be(0);

        time.Advance(TimeSpan.FromSeconds(601));
        while (await hub.Worker.Tick(default) > 0)
        {
        }

        (await hub.End(first.GetProperty("id").GetGuid(), "completed")).Number("created").Should().Be(20);
        await hub.End(second.GetProperty("id").GetGuid(), "completed");
    }

    [Test]
    public async Task A_burst_stops_one_endpoint_only()
    {
        var time = new FakeTime(DateTimeOffset.UtcNow);
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 20 });
        await using var hub = await JiraHub.Start(jira, setup => (setup.Time, setup.Workers) = (time, false));
        var same = await Another(hub, "Same", jira.Options.Token);
        jira.Faults.Next(Search, Fault.Throttle(120));
        await Wait(hub, await hub.Begin());
        jira.Requests.Clear();
        (await hub.Http.Post($"integrations/{same}/test")).Expect(200).GetProperty("success").GetBoolean().Should().BeTrue();
        await Wait(hub, await Begin(hub, same));
        jira.Requests.To(Search).Should().BeEmpty();
        jira.Requests.All.Should().NotBeEmpty();
        var budget = (await hub.Http.Get($"integrations/{same}/budget")).Expect(200);
        budget.GetProperty("paused_until").ValueKind.Should().Be(JsonValueKind.Null, "other calls can be made");
        budget.GetProperty("limits").EnumerateArray().Single().Text("applies_to").Should().Be("POST api/3/search/jql");
    }

    private static async Task<JsonElement> Wait(JiraHub hub, Guid run)
    {
        (await hub.Worker.Tick(default)).Should().Be(1);
        return await hub.End(run, "waiting");
    }

    private static async Task Limited(JiraHub hub, long integration)
    {
        var test = (await hub.Http.Post($"integrations/{integration}/test")).Expect(200);
        (test.GetProperty("success").GetBoolean(), test.Text("reason")).Should().Be((false, "rate_limited"));
        test.Text("message").Should().Contain("Nothing was called").And.Contain("UTC");
    }

    private static async Task<Guid> Begin(JiraHub hub, long integration) =>
        (await hub.Http.Post($"integrations/{integration}/sync", new { sync_type = "full" })).Expect(202).GetProperty("run").GetProperty("id").GetGuid();

    private static async Task<long> Another(JiraHub hub, string name, string token)
    {
        var project = await hub.Hub.CreateProject(name);
        var id = (await hub.Http.Post($"projects/{project}/jira-config?force=true", new
        {
            jira_url = hub.Jira.Url, email = hub.Jira.Options.Email, api_key = token, project_key = JiraHub.Projects, deployment = "cloud",
        })).Expect(201).Number("id");
        (await hub.Http.Patch($"integrations/{id}/status", new { enabled = true })).Expect(200);
        hub.Jira.Requests.Clear();
        return id;
    }
}
