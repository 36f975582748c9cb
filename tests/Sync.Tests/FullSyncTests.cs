using System.Text.Json;
using FluentAssertions;
using Hub.FakeJira;
using Hub.Fakes;
using Hub.Sync.Contracts;
using Hub.Sync.Providers;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests;

public class FullSyncTests
{
    private static readonly FakeJiraOptions Cloud = new() { Issues = 250 };
    private static readonly FakeJiraOptions DataCenter = new() { Issues = 250, Deployment = Deployment.Server, ContextPath = "/jira" };

    private static IEnumerable<TestCaseData> Both =>
        [new TestCaseData(Cloud).SetArgDisplayNames("Cloud"), new TestCaseData(DataCenter).SetArgDisplayNames("DataCenter")];

    [TestCaseSource(nameof(Both))]
    public async Task Every_issue_becomes_a_ticket_with_its_fields(FakeJiraOptions options)
    {
        await using var jira = await FakeJiraServer.Start(options);
        await using var hub = await JiraHub.Start(jira);
        var run = await hub.Sync();
        run.Counts().Should().Be((250, 0, 0, 0));
        run.Number("processed").Should().Be(250);
        run.GetProperty("progress").GetDouble().Should().Be(1);
        run.Number("duration_ms").Should().BeGreaterThan(0);
        run.GetProperty("error").ValueKind.Should().Be(JsonValueKind.Null);

        var tickets = (await hub.Tickets()).ToDictionary(ticket => ticket.Text("key"));
        tickets.Should().HaveCount(250);
        foreach (var issue in jira.Issues.All)
        {
            var ticket = tickets[issue.Key];
            ticket.Text("external_id").Should().Be($"{issue.Id}");
            ticket.Text("summary").Should().Be(issue.Summary.Trim());
            ticket.Text("status").Should().Be(issue.Status.Name);
            ticket.Text("project_key").Should().Be(issue.Project.Key);
            ticket.GetProperty("assignee").GetString().Should().Be(issue.Assignee?.DisplayName);
            ticket.GetProperty("labels").EnumerateArray().Select(l => l.GetString()).Should().BeEquivalentTo(issue.Labels);
            ticket.GetProperty("updated_at").GetDateTimeOffset().Should().Be(issue.Updated);
            ticket.GetProperty("due_date").GetString().Should().Be(issue.DueDate is { } day ? $"{day:yyyy-MM-dd}" : null);
            ticket.Text("url").Should().Be($"{jira.Url}/browse/{issue.Key}");
            (ticket.GetProperty("description").ValueKind == JsonValueKind.Null).Should().Be(string.IsNullOrEmpty(issue.Description));
        }

        hub.Heard.Tickets.Should().HaveCount(250).And.OnlyContain(change => change.Kind == TicketChangeKind.Created && change.TicketId > 0);
        hub.Heard.Calls.Should().NotBeEmpty().And.OnlyContain(call => call.Ok);
        hub.Heard.Runs.Select(r => r.Status).Should().StartWith("queued").And.ContainInOrder("running", "completed");
    }

    [TestCaseSource(nameof(Both))]
    public async Task A_second_full_sync_of_unchanged_issues_touches_no_ticket_row(FakeJiraOptions options)
    {
        await using var jira = await FakeJiraServer.Start(options);
        await using var hub = await JiraHub.Start(jira);
        await hub.Sync();
        var before = await Rows(hub);
        hub.Heard.Tickets.Clear();
        (await hub.Sync()).Counts().Should().Be((0, 0, 250, 0));
        (await Rows(hub)).Should().Be(before, "place, writing and locking transaction of every row are the same");
        hub.Heard.Tickets.Should().BeEmpty();
        (await hub.Sql<long>("select count(*) from sync.run_seen")).Should().Be(0);
    }

    [TestCaseSource(nameof(Both))]
    public async Task Changes_deletions_and_returns_are_found(FakeJiraOptions options)
    {
        await using var jira = await FakeJiraServer.Start(options);
        await using var hub = await JiraHub.Start(jira, settings: new() { ["project_key"] = "HUB" });
        await hub.Sync();
        jira.UpdateIssue("HUB-1", issue => issue with { Summary = "Changed", Labels = ["z", "a"] });
        jira.Issues.Rewrite("HUB-2", issue => issue with { Status = Status.Done });
        jira.Issues.Delete("HUB-3");
        var moved = jira.Issues.Move("HUB-4", "PAY");
        hub.Heard.Tickets.Clear();
        (await hub.Sync()).Counts().Should().Be((0, 2, 121, 2), "what changed without a new time of update counts too");
        hub.Heard.Tickets.Select(change => $"{change.Key} {change.Kind}").Should()
            .BeEquivalentTo("HUB-1 Updated", "HUB-2 Updated", "HUB-3 Deleted", "HUB-4 Deleted");
        (await hub.Ticket("HUB-1")).Text("summary").Should().Be("Changed");
        (await hub.Ticket("HUB-2")).Text("status").Should().Be(Status.Done.Name);
        (await hub.Keys()).Should().NotContain(["HUB-3", "HUB-4"]);
        var gone = await hub.Ticket("HUB-4");
        gone.GetProperty("deleted_at").ValueKind.Should().Be(JsonValueKind.String);

        var back = jira.Issues.Move(moved.Key, "HUB");
        (await hub.Sync()).Counts().Should().Be((1, 0, 123, 0));
        var again = await hub.Ticket(back.Key);
        again.Number("id").Should().Be(gone.Number("id"));
        again.GetProperty("deleted_at").ValueKind.Should().Be(JsonValueKind.Null);
        (await hub.Sync()).Counts().Should().Be((0, 0, 124, 0));
    }

    [Test]
    public async Task A_cloud_without_bulk_reads_is_asked_for_what_is_missing_one_by_one()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 30 });
        jira.Faults.Always("/rest/api/3/issue/bulkfetch", Fault.Status(404));
        jira.Faults.Always("/rest/api/3/jql/match", Fault.Status(404));
        await using var hub = await JiraHub.Start(jira, settings: new() { ["project_key"] = "HUB", ["jql"] = "status is not empty" });
        await hub.Sync();
        jira.Issues.Delete("HUB-3");

        (await hub.Sync()).Number("deleted").Should().Be(1);

        (await hub.Keys()).Should().NotContain("HUB-3").And.HaveCount(jira.Issues.All.Count(issue => issue.Key.StartsWith("HUB-", StringComparison.Ordinal)));
    }

    [Test]
    public async Task Another_site_has_other_tickets_under_the_same_ids()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 10 });
        await using var hub = await JiraHub.Start(jira);
        await hub.Sync();
        var clock = new FakeTime(DateTimeOffset.UtcNow.AddYears(-3));
        await using var other = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 10, Clock = clock, Projects = [("PAY", "Older site")] });
        (await hub.Http.Post($"projects/{hub.Project}/jira-config", new
        {
            jira_url = other.Url, email = other.Options.Email, api_key = other.Options.Token, project_key = "PAY", deployment = "cloud",
        })).Expect(200);
        var run = await hub.Sync(expected: "quarantined");
        run.Number("created").Should().Be(10, "they are older than their namesakes, but not the same");
        (await hub.Http.Post($"sync-runs/{run.Text("id")}/approve")).Expect(200).Number("deleted").Should().Be(10);
        (await hub.Tickets()).Should().HaveCount(10).And.OnlyContain(ticket => ticket.Text("url").StartsWith(other.Url));
    }

    [Test]
    public async Task Jql_of_the_integration_and_of_a_manual_run_restrict_what_is_read()
    {
        await using var jira = await FakeJiraServer.Start(Cloud);
        await using var hub = await JiraHub.Start(jira, settings: new() { ["jql"] = "priority = High OR priority = Highest", ["project_key"] = "HUB" });
        var wanted = jira.Select("project = HUB AND (priority = High OR priority = Highest)");
        (await hub.Sync()).Number("created").Should().Be(wanted.Count).And.BeGreaterThan(0);
        var one = jira.UpdateIssue(wanted[0].Key, issue => issue with { Summary = "Manual" });
        jira.UpdateIssue(wanted[1].Key, issue => issue with { Summary = "Not asked for" });
        (await hub.Sync("manual", $"key = {one.Key} or project = PAY")).Counts().Should().Be((0, 1, 0, 0));
        (await hub.Ticket(wanted[1].Key)).Text("summary").Should().NotBe("Not asked for");
        (await hub.Tickets()).Should().OnlyContain(ticket => ticket.Text("project_key") == "HUB");
    }

    [Test]
    public async Task A_page_is_written_with_the_same_number_of_statements_whatever_its_size()
    {
        var counts = new List<double>();
        foreach (var size in new[] { 5, 50 })
        {
            await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = size * 4 });
            await using var hub = await JiraHub.Start(jira, setup => setup.Settings["Hub:Sync:PageSize"] = $"{size}");
            await hub.Sync();
            foreach (var issue in jira.Issues.All)
                jira.UpdateIssue(issue.Key, changed => changed with { Summary = "Changed" });
            jira.Requests.Clear();
            using var statements = new StatementCount();
            var run = await hub.Begin();
            (await hub.End(run)).Number("updated").Should().Be(size * 4);
            var trace = (await hub.Sql<string>("select trace_parent from sync.runs where id = @run", new { run })).Split('-')[1];
            jira.Requests.To("/search/jql").Should().HaveCount(4);
            counts.Add(statements.Of(trace));
        }

        // A heartbeat may fall into one run and not into the other; one statement a ticket would be 180 more.
        counts[0].Should().BeGreaterThan(20).And.BeApproximately(counts[1], 5);
    }

    // Locking a row would leave its mark in xmax, writing it in xmin and ctid.
    private static Task<string> Rows(JiraHub hub) =>
        hub.Sql<string>("select md5(string_agg(id || ' ' || ctid || ' ' || xmin || ' ' || xmax || ' ' || version, ',' order by id)) from sync.tickets");
}
