using System.Text;
using System.Text.Json;
using FluentAssertions;
using Hub.FakeJira;
using Hub.Fakes;
using Hub.TestHarness;
using Hub.Webhooks.Contracts;
using NUnit.Framework;

namespace Hub.Sync.Tests.JiraCensus;

public class CensusTests
{
    private static readonly FakeJiraOptions Cloud = new() { Issues = 60 };
    private static readonly FakeJiraOptions DataCenter = new() { Issues = 60, Deployment = Deployment.Server, ContextPath = "/jira" };

    private static IEnumerable<TestCaseData> Both =>
        [new TestCaseData(Cloud).SetArgDisplayNames("Cloud"), new TestCaseData(DataCenter).SetArgDisplayNames("DataCenter")];

    [TestCaseSource(nameof(Both))]
    public async Task Between_full_runs_it_finds_what_is_gone_and_what_came_back(FakeJiraOptions options)
    {
        var clock = new FakeTime(DateTimeOffset.UtcNow);
        await using var jira = await FakeJiraServer.Start(options with { Clock = clock });
        await using var hub = await JiraHub.Start(jira, setup => setup.Time = clock, settings: new() { ["project_key"] = "HUB" });
        await hub.Sync();
        var all = (await hub.Keys()).Count;
        jira.Issues.Delete("HUB-1");
        jira.Issues.Move("HUB-2", "PAY");
        jira.Issues.Hide("HUB-3");
        (await hub.Sync("incremental")).Number("deleted").Should().Be(0, "ids were compared by the full run");

        clock.Advance(TimeSpan.FromHours(25));
        jira.Requests.Clear();
        var run = await hub.Sync("incremental");
        Changed(run).Should().Be((0, 0, 3));
        (await hub.Keys()).Should().HaveCount(all - 3).And.NotContain(["HUB-1", "HUB-2", "HUB-3"]);
        jira.Requests.To("/search")[^1].Json.GetProperty("fields").EnumerateArray().Select(field => field.GetString()).Should().Equal("id");

        jira.Issues.Show("HUB-3");
        (await hub.Sync("incremental")).Number("created").Should().Be(0, "once a day is enough");
        clock.Advance(TimeSpan.FromHours(25));
        Changed(await hub.Sync("incremental")).Should().Be((1, 0, 0), "it came back without a new time of update");
        (await hub.Keys()).Should().Contain("HUB-3");
    }

    [TestCaseSource(nameof(Both))]
    public async Task What_search_does_not_show_but_is_there_is_not_deleted(FakeJiraOptions options)
    {
        await using var jira = await FakeJiraServer.Start(options with { Issues = 20 });
        await using var hub = await JiraHub.Start(jira, setup => setup.Settings["Hub:Sync:CensusHours"] = "0.0000001");
        await hub.Sync();
        jira.Search.IndexLagSearches = 1_000;
        var late = jira.Issues.Add("HUB");
        var body = Encoding.UTF8.GetString(jira.WebhookBody("jira:issue_created", late.Key, "s").Body);
        await hub.Publish(new WebhooksReceived([
            new WebhookReceived(Guid.CreateVersion7(), hub.Integration, "jira", [1, hub.Project], "jira:issue_created", DateTimeOffset.UtcNow, JsonElement.Parse(body))]));
        (await hub.Keys()).Should().Contain(late.Key);
        (await hub.Sync()).Number("deleted").Should().Be(0, "a full run asks for it again");
        (await hub.Sync("incremental")).Number("deleted").Should().Be(0, "and so does a census");
        (await hub.Keys()).Should().Contain(late.Key);
    }

    [TestCaseSource(nameof(Both))]
    public async Task What_no_longer_matches_the_jql_of_the_integration_is_gone_and_the_rest_stays(FakeJiraOptions options)
    {
        await using var jira = await FakeJiraServer.Start(options with { Issues = 0 });
        for (var i = 0; i < 20; i++)
            jira.Issues.Add("HUB", issue => issue with { Labels = ["open"] });
        await using var hub = await JiraHub.Start(
            jira, setup => setup.Settings["Hub:Sync:CensusHours"] = "0.0000001", settings: new() { ["jql"] = "labels = open" });
        await hub.Sync();
        jira.Issues.Rewrite("HUB-1", issue => issue with { Labels = [] });
        (await hub.Sync("incremental")).Number("deleted").Should().Be(1);
        (await hub.Keys()).Should().HaveCount(19).And.NotContain("HUB-1");
    }

    [Test]
    public async Task Too_many_missing_ids_wait_for_a_person_and_are_not_asked_for()
    {
        await using var jira = await FakeJiraServer.Start(Cloud);
        await using var hub = await JiraHub.Start(jira, setup => setup.Settings["Hub:Sync:CensusHours"] = "0.0000001");
        await hub.Sync();
        jira.Issues.HideProject("PAY");
        jira.Requests.Clear();
        var run = await hub.Sync("incremental", expected: "failed");
        run.Text("error").Should().Contain("PAY", "a query that names a project which is out of sight is refused, and nothing is deleted");
        jira.Issues.ShowProject("PAY");
        foreach (var issue in jira.Issues.All.Where(issue => issue.Project.Key == "PAY"))
            jira.Issues.Hide(issue.Key);
        var held = await hub.Sync("incremental", expected: "quarantined");
        held.GetProperty("quarantine").GetProperty("sample").GetArrayLength().Should().BeGreaterThan(0);
        jira.Requests.All.Should().NotContain(request => request.Path.Contains("bulkfetch"));
        (await hub.Keys()).Should().HaveCount(60);
        (await hub.Http.Post($"sync-runs/{held.Text("id")}/approve")).Expect(200).Number("deleted").Should().Be(30);
    }

    [Test]
    public async Task A_credential_that_is_taken_for_a_stranger_or_a_page_that_fails_deletes_nothing()
    {
        await using var jira = await FakeJiraServer.Start(Cloud);
        await using var hub = await JiraHub.Start(jira, setup =>
        {
            setup.Settings["Hub:Sync:CensusHours"] = "0.0000001";
            setup.Settings["Hub:Sync:DeleteGuardPercent"] = "100";
        });
        await hub.Sync();
        jira.Issues.Delete("HUB-1");
        jira.Search.BeforePage = _ => jira.Auth.Mode = AuthMode.Anonymous;
        (await hub.Sync("incremental", expected: "failed")).Number("deleted").Should().Be(0);
        jira.Search.BeforePage = null;
        jira.Auth.Mode = AuthMode.Normal;
        jira.Search.Breaking = ["HUB-2"];
        (await hub.Sync("incremental", expected: "failed")).Number("deleted").Should().Be(0);
        jira.Search.Breaking = [];
        jira.Faults.Always("/rest/api/3/issue/bulkfetch", Fault.Status(503));
        (await hub.Sync("incremental", expected: "failed")).Number("deleted").Should().Be(0);
        jira.Faults.Clear();
        (await hub.Keys()).Should().HaveCount(60);
        (await hub.Sync("incremental")).Number("deleted").Should().Be(1);
    }

    [Test]
    public async Task An_issue_under_another_key_keeps_its_row()
    {
        await using var jira = await FakeJiraServer.Start(Cloud);
        await using var hub = await JiraHub.Start(jira);
        await hub.Sync();
        var before = await hub.Ticket("HUB-2");
        var moved = jira.Issues.Move("HUB-2", "PAY");
        Changed(await hub.Sync("incremental")).Should().Be((0, 1, 0));
        (await hub.Ticket(moved.Key)).Number("id").Should().Be(before.Number("id"));
    }

    // What an incremental run reads once more behind its watermark stays as it is.
    private static (long Created, long Updated, long Deleted) Changed(JsonElement run) => (run.Number("created"), run.Number("updated"), run.Number("deleted"));
}
