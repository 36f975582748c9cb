using System.Text.Json;
using FluentAssertions;
using Hub.FakeJira;
using Hub.Fakes;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests.JiraDetails;

public class DetailStreamTests
{
    private static readonly FakeJiraOptions Cloud = new() { Issues = 130 };
    private static readonly FakeJiraOptions DataCenter = new() { Issues = 130, Deployment = Deployment.Server, ContextPath = "/jira" };

    private static IEnumerable<TestCaseData> Both =>
        [new TestCaseData(Cloud).SetArgDisplayNames("Cloud"), new TestCaseData(DataCenter).SetArgDisplayNames("DataCenter")];

    [TestCaseSource(nameof(Both))]
    public async Task Everything_that_belongs_to_an_issue_is_there_and_read_once(FakeJiraOptions options)
    {
        await using var jira = await FakeJiraServer.Start(options);
        jira.UpdateIssue("HUB-1", issue => issue with { Status = Status.Done });
        // The server gives fewer than it is asked for, also when it is asked for issues by their ids.
        jira.Search.MaxPage = 40;
        await using var hub = await JiraHub.Start(jira);
        await SwitchOn(hub);
        (await hub.Sync()).Number("failed").Should().Be(0);

        jira.Issues.All.Max(issue => issue.Comments.Length).Should().BeGreaterThan(20, "embedded lists are cut there");
        jira.Issues.All.Max(issue => issue.Worklogs.Length).Should().BeGreaterThan(20);
        var tickets = await hub.Tickets();
        (await Count(hub, "comment")).Should().Be(jira.Issues.All.Sum(issue => issue.Comments.Length));
        (await Count(hub, "worklog")).Should().Be(jira.Issues.All.Sum(issue => issue.Worklogs.Length));
        (await Count(hub, "link")).Should().Be(jira.Issues.All.Sum(issue => issue.Links.Length)).And.BeGreaterThan(0);

        var crowded = jira.Issues.All.MaxBy(issue => issue.Comments.Length)!;
        var comments = await List(hub, Id(tickets, crowded.Key), "comments");
        comments.Select(comment => comment.Text("external_id")).Should().Equal(crowded.Comments.Select(comment => $"{comment.Id}"));
        comments.Select(comment => comment.Text("author")).Should().Equal(crowded.Comments.Select(comment => comment.Author.DisplayName));
        comments.Select(comment => comment.GetProperty("created_at").GetDateTimeOffset()).Should().Equal(crowded.Comments.Select(comment => comment.Created));
        comments.Should().OnlyContain(comment => comment.Text("body").Length > 0 && comment.Text("body_html").StartsWith("<p>"));
        var busy = jira.Issues.All.MaxBy(issue => issue.Worklogs.Length)!;
        (await List(hub, Id(tickets, busy.Key), "worklogs")).Select(log => (log.Number("time_spent_seconds"), log.GetProperty("started_at").GetDateTimeOffset()))
            .Should().BeEquivalentTo(busy.Worklogs.Select(log => ((long)log.Seconds, log.Started)));
        var history = await List(hub, Id(tickets, "HUB-1"), "changelog");
        history.SelectMany(entry => entry.GetProperty("items").EnumerateArray()).Should().Contain(item => item.Text("field") == "status" && item.Text("to") == Status.Done.Name);
        var linked = jira.Issues.All.First(issue => issue.Links.Length > 0);
        var link = (await List(hub, Id(tickets, linked.Key), "issue-links")).First();
        link.Text("type").Should().Be("Blocks");
        link.Text("phrase").Should().Be(link.Text("direction") == "outward" ? "blocks" : "is blocked by");
        link.Text("key").Should().Be(jira.Issues[$"{linked.Links[0].Beyond(linked.Id)}"].Key);

        jira.Requests.Clear();
        var again = await hub.Sync("incremental");
        (again.Number("created"), again.Number("updated"), again.Number("deleted")).Should().Be((0, 0, 0));
        jira.Requests.All.Should().NotContain(request => request.Path.Contains("bulkfetch") || request.Path.Contains("/comment") || request.Path.Contains("/worklog"));
    }

    [TestCaseSource(nameof(Both))]
    public async Task What_is_written_edited_and_removed_is_found_with_the_changed_issue(FakeJiraOptions options)
    {
        await using var jira = await FakeJiraServer.Start(options with { Issues = 4 });
        jira.Issues.Comment("HUB-1", "first");
        jira.Issues.Comment("HUB-1", "second");
        var log = jira.Issues.LogWork("HUB-1", 600, "worked");
        var link = jira.Issues.Link("HUB-1", "HUB-2", LinkType.Blocks);
        await using var hub = await JiraHub.Start(jira);
        await SwitchOn(hub);
        await hub.Sync();
        var id = Id(await hub.Tickets(), "HUB-1");
        var before = jira.Issues["HUB-1"].Comments[^2..];

        jira.Issues.EditComment("HUB-1", before[0].Id, "first again");
        jira.Issues.RemoveComment("HUB-1", before[1].Id);
        jira.Issues.Comment("HUB-1", "third");
        jira.Issues.EditWorklog("HUB-1", log.Id, w => w with { Seconds = 1200 });
        jira.Issues.RemoveLink(link.Id);
        var run = await hub.Sync("incremental");
        run.Number("deleted").Should().Be(3, "a comment, and the link at both of its ends");
        var comments = await List(hub, id, "comments");
        comments.Select(comment => comment.Text("body")).Should().Contain(["first again", "third"]).And.NotContain("second");
        (await List(hub, id, "comments?deleted=true")).Single(comment => comment.Text("external_id") == $"{before[1].Id}")
            .GetProperty("deleted_at").ValueKind.Should().Be(JsonValueKind.String);
        (await List(hub, id, "worklogs")).Single(one => one.Text("external_id") == $"{log.Id}").Number("time_spent_seconds").Should().Be(1200);
        (await List(hub, id, "issue-links")).Should().NotContain(one => one.Text("external_id") == $"{link.Id}");
    }

    [Test]
    public async Task A_stream_that_is_switched_on_later_begins_with_everything_and_one_that_was_off_begins_anew()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 6 });
        foreach (var issue in jira.Issues.All)
            jira.Issues.Comment(issue.Key, "early");
        await using var hub = await JiraHub.Start(jira);
        await hub.Sync();
        (await hub.Http.Post($"integrations/{hub.Integration}/sync", new { sync_type = "full", streams = new[] { "comments" } })).Expect(400)
            .GetProperty("errors").TryGetProperty("streams[0]", out _).Should().BeTrue();
        await SwitchOn(hub, "sync_comments");
        await hub.Sync("incremental");
        var all = jira.Issues.All.Sum(issue => issue.Comments.Length);
        (await Count(hub, "comment")).Should().Be(all);

        await Set(hub, "sync_comments", false);
        jira.Issues.Comment("HUB-1", "while it was off");
        await hub.Sync("incremental");
        (await Count(hub, "comment")).Should().Be(all);
        await SwitchOn(hub, "sync_comments", "sync_worklogs");
        var run = (await hub.Http.Post($"integrations/{hub.Integration}/sync", new { sync_type = "incremental", streams = new[] { "comments" } })).Expect(202)
            .GetProperty("run").GetProperty("id").GetGuid();
        (await hub.End(run)).Text("status").Should().Be("completed");
        (await Count(hub, "comment")).Should().Be(all + 1);
        (await hub.Sql<long>("select count(*) from sync.detail_streams where stream = 'worklogs'")).Should().Be(0, "it was not asked for");
    }

    [Test]
    public async Task A_failure_half_way_loses_nothing_and_doubles_nothing()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 130 });
        await using var hub = await JiraHub.Start(jira);
        await SwitchOn(hub, "sync_comments");
        jira.Faults.Next("/rest/api/3/issue/bulkfetch", Fault.Status(500));
        jira.Faults.Next("/rest/api/3/issue/bulkfetch", Fault.CutJson);
        jira.Faults.Next("/rest/api/3/issue/1", Fault.Reset);
        await hub.Sync();
        (await Count(hub, "comment")).Should().Be(jira.Issues.All.Sum(issue => issue.Comments.Length));
        (await hub.Sql<long>("select count(*) from sync.ticket_details_due")).Should().Be(0);
    }

    [Test]
    public async Task Through_the_gateway_an_issue_that_is_out_of_sight_when_its_details_are_read_loses_none()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 4, ScopedToken = true });
        jira.Issues.Comment("HUB-1", "kept");
        await using var hub = await JiraHub.Start(jira, settings: new() { ["jira_url"] = jira.GatewayUrl });
        await SwitchOn(hub);
        await hub.Sync();
        var comments = await Count(hub, "comment");
        comments.Should().BeGreaterThan(0);
        jira.Issues.Hide("HUB-1");
        await hub.Sql<long>("insert into sync.ticket_details_due (ticket_id, integration_id, stream) select id, integration_id, 'comments' from sync.tickets returning ticket_id");
        await hub.Sync("incremental");
        (await Count(hub, "comment")).Should().Be(comments);
        (await hub.Sql<long>("select count(*) from sync.ticket_details_due")).Should().Be(0);
    }

    [Test]
    public async Task Details_go_with_their_integration_and_are_not_seen_from_elsewhere()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 4 });
        jira.Issues.Comment("HUB-1", "secret");
        await using var hub = await JiraHub.Start(jira);
        await SwitchOn(hub);
        await hub.Sync();
        var id = Id(await hub.Tickets(), "HUB-1");
        var stranger = await hub.Hub.ClientWith("admin", await hub.Hub.CreateScope("tenant", "Stranger"));
        foreach (var list in new[] { "comments", "worklogs", "changelog", "issue-links" })
        {
            (await stranger.Get($"tickets/{id}/{list}")).Expect(404);
            (await hub.Http.Get($"tickets/{id}/{list}?cursor=x")).Expect(400);
        }

        (await hub.Http.Delete($"integrations/{hub.Integration}")).Status.Should().Be(204);
        foreach (var table in new[] { "ticket_details", "ticket_details_due", "detail_streams", "censuses" })
            (await hub.Sql<long>($"select count(*) from sync.{table}")).Should().Be(0, table);
    }

    private static Task SwitchOn(JiraHub hub, params string[] settings) => Set(
        hub, settings.Length > 0 ? settings : ["sync_comments", "sync_worklogs", "sync_changelog", "sync_links"], true);

    private static Task Set(JiraHub hub, string setting, bool on) => Set(hub, [setting], on);

    private static async Task Set(JiraHub hub, string[] settings, bool on) =>
        (await hub.Http.Patch($"integrations/{hub.Integration}", new { configuration = settings.ToDictionary(setting => setting, _ => on) })).Expect(200);

    private static Task<long> Count(JiraHub hub, string kind) =>
        hub.Sql<long>("select count(*) from sync.ticket_details where kind = @kind and deleted_at is null", new { kind });

    private static long Id(IEnumerable<JsonElement> tickets, string key) => tickets.Single(ticket => ticket.Text("key") == key).Number("id");

    private static async Task<List<JsonElement>> List(JiraHub hub, long ticket, string list) =>
        [.. (await hub.Http.Get($"tickets/{ticket}/{list}{(list.Contains('?') ? "&" : "?")}limit=200")).Expect(200).GetProperty("items").EnumerateArray()];
}
