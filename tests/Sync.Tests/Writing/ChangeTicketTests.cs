using System.Text.Json;
using FluentAssertions;
using Hub.FakeJira;
using Hub.Fakes;
using Hub.Sync.Contracts;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests.Writing;

public class ChangeTicketTests
{
    [TestCase(Deployment.Cloud)]
    [TestCase(Deployment.Server)]
    public async Task A_change_goes_to_jira_first_and_is_stored_as_it_was_read_back(Deployment deployment)
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Deployment = deployment });
        await using var hub = await Synchronised(jira);
        var id = (await hub.Ticket("HUB-1")).Number("id");
        var answer = await hub.Http.Patch($"tickets/{id}", new
        {
            summary = "New summary", description = "One.\n\nTwo *plain* lines\nhere.", priority = "low", assignee = "Małgorzata Kowalska", labels = new[] { "b", "a" },
            due_date = "2027-01-31", status = "done", fields = new { story_point_estimate = 5 }, comment = "Taken care of.\nMostly.",
        });
        var ticket = answer.Expect(200);
        ticket.Text("summary").Should().Be("New summary");
        ticket.Text("description").Should().Be("One.\n\nTwo *plain* lines\nhere.");
        ticket.Text("priority").Should().Be("Low");
        ticket.Text("assignee").Should().Be("Małgorzata Kowalska");
        ticket.Strings("labels").Should().Equal("a", "b");
        ticket.Text("due_date").Should().Be("2027-01-31");
        ticket.Text("status").Should().Be("Done");
        answer.Response.Headers.ETag!.Tag.Should().Be($"\"{ticket.Number("version")}\"");
        var issue = jira.Issues["HUB-1"];
        issue.Status.Should().Be(Status.Done);
        issue.Comments.Should().ContainSingle().Which.Body.Should().Be("Taken care of.\nMostly.");
        issue.Custom["customfield_10016"].GetDecimal().Should().Be(5);
        hub.Heard.Tickets.Should().ContainSingle().Which.Kind.Should().Be(TicketChangeKind.Updated);
        var entry = (await hub.Http.Get("audit?action=ticket.changed")).Expect(200).GetProperty("items")[0];
        entry.GetProperty("diff").GetProperty("status").Text("to").Should().Be("Done");
        entry.GetProperty("diff").TryGetProperty("key", out _).Should().BeFalse("only what changed");
        (await hub.Http.Get($"tickets/{id}/history")).Expect(200).GetProperty("items")[0].Text("source").Should().Be("hub");

        var cleared = (await hub.Http.Patch(
            $"tickets/{id}", """{"description": null, "assignee": null, "labels": null, "due_date": null}""", ("If-Match", answer.Response.Headers.ETag.Tag))).Expect(200);
        foreach (var field in new[] { "description", "assignee", "assignee_id", "due_date" })
            cleared.GetProperty(field).ValueKind.Should().Be(JsonValueKind.Null, field);
        cleared.Strings("labels").Should().BeEmpty();
        cleared.Text("summary").Should().Be("New summary", "what is not sent stays");
        (await hub.Sync()).Counts().Should().Be((0, 0, 1, 0));
    }

    [Test]
    public async Task Only_what_differs_is_sent()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await Synchronised(jira);
        var ticket = await hub.Ticket("HUB-1");
        jira.Requests.Clear();
        (await Patch(hub, new { summary = ticket.Text("summary"), priority = "medium", status = "to do", labels = new[] { "x" } })).Expect(200).Number("version")
            .Should().Be(ticket.Number("version"));
        jira.Requests.All.Should().OnlyContain(request => request.Method == "GET");
        (await Patch(hub, new { summary = "Other", priority = "Medium", labels = new[] { "x" } })).Expect(200);
        jira.Requests.All.Should().ContainSingle(request => request.Method == "PUT").Which.Body.Should().Be("""{"fields":{"summary":"Other"}}""");
        (await Patch(hub, new { })).Expect(200);
    }

    [Test]
    public async Task The_webhook_of_an_own_change_is_its_echo_whenever_it_comes()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await Synchronised(jira);
        var (old, version) = (jira.Issues["HUB-1"], 0L);
        (await Patch(hub, new { summary = "Mine" })).Expect(200);
        version = (await hub.Ticket("HUB-1")).Number("version");
        (await hub.Tell("jira:issue_updated", "HUB-1", new WebhookDetails { Actor = jira.Account })).Should().ContainSingle().Which.Should().Contain("stale");
        (await hub.Tell("jira:issue_updated", "HUB-1", new WebhookDetails { Actor = jira.Account, State = old })).Should().ContainSingle().Which.Should().Contain("stale");
        hub.Heard.Tickets.Should().ContainSingle();
        (await hub.Ticket("HUB-1")).Number("version").Should().Be(version);

        hub.Heard.Tickets.Clear();
        await hub.Http.Patch($"tickets/{(await hub.Ticket("HUB-1")).Number("id")}", new { summary = "Mine again" });
        hub.Heard.Tickets.Should().ContainSingle();
    }

    [Test]
    public async Task A_ticket_that_moved_on_at_jira_is_not_overwritten_and_both_versions_are_told()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await Synchronised(jira);
        jira.UpdateIssue("HUB-1", issue => issue with { Summary = "Theirs", Priority = Priority.Highest });
        var conflict = (await Patch(hub, new { summary = "Mine" })).Expect(409);
        conflict.Text("code").Should().Be("remote_changed");
        conflict.GetProperty("stored").Text("summary").Should().Be("First");
        conflict.GetProperty("remote").Text("summary").Should().Be("Theirs");
        conflict.GetProperty("remote").Text("priority").Should().Be("Highest");
        jira.Issues["HUB-1"].Summary.Should().Be("Theirs");
        (await hub.Ticket("HUB-1")).Text("summary").Should().Be("Theirs", "the newer state is stored");
        hub.Heard.Tickets.Should().ContainSingle("and told");
        (await Patch(hub, new { summary = "Mine" })).Expect(200);
        jira.Issues["HUB-1"].Summary.Should().Be("Mine");

        jira.Issues.Comment("HUB-1", "Nothing that a ticket shows");
        (await Patch(hub, new { summary = "Mine too" })).Expect(200);

        jira.Issues.Delete("HUB-1");
        var gone = (await Patch(hub, new { summary = "x" })).Expect(409);
        gone.Text("code").Should().Be("remote_changed");
        gone.GetProperty("remote").ValueKind.Should().Be(JsonValueKind.Null);
        (await hub.Keys()).Should().Equal(["HUB-1"], "a 404 alone does not delete");
    }

    [Test]
    public async Task What_cannot_be_done_is_refused_before_anything_is_done()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await Synchronised(jira);
        jira.Requests.Clear();
        await Refused(new { status = "Nowhere", summary = "x" }, "status", "cannot be reached from 'To Do'.*In Progress, In Review");
        await Refused(new { priority = "Soon", summary = "x" }, "priority", "not allowed");
        await Refused(new { resolution = "Fixed" }, "resolution", "cannot be set");
        await Refused(new { assignee = "nobody" }, "assignee", "nobody");
        await Refused(new { due_date = "tomorrow" }, "due_date", "must be a day");
        await Refused(new { labels = new[] { "a b" } }, "labels", "without spaces");
        await Refused(new { summary = "" }, "summary", "one line");
        await Refused("""{"summary": null}""", "summary", "one line");
        await Refused("""{"status": null}""", "status", "one line");
        await Refused("""{"comment": " "}""", "comment", "blank");
        await Refused("""{"description": "a\u0000b"}""", "description", "U\\+0000");
        await Refused("""{"fields": [1]}""", "fields", "object");
        await Refused("""{"fields": {"nothing": 1}}""", "fields.nothing", "no field");
        (await Patch(hub, """{"sumary": "x"}""")).Expect(400).Text("code").Should().Be("unknown_field");
        (await Patch(hub, new { summary = "x" }, ("If-Match", "\"99\""))).Expect(412);
        (await hub.Http.Patch("tickets/999", new { summary = "x" })).Expect(404);
        jira.Requests.All.Should().OnlyContain(request => request.Method == "GET");

        async Task Refused(object body, string path, string why) => (await Patch(hub, body)).Expect(400).Error(path).Should().MatchRegex(why);
    }

    [TestCase("PUT", "fields")]
    [TestCase("POST", "status")]
    [TestCase("POST", "comment")]
    public async Task A_step_whose_answer_is_lost_is_done_once(string method, string step)
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await Synchronised(jira);
        var place = step is "fields" ? "" : step is "status" ? "/transitions" : "/comment";
        jira.Faults.Next($"/rest/api/3/issue/{jira.Issues["HUB-1"].Id}{place}", Fault.Drop, method: method);
        (await Patch(hub, new { summary = "Mine", status = "in progress", comment = "Started." })).Expect(200).Text("status").Should().Be("In Progress");
        jira.Faults.Served.Should().Be(1);
        var issue = jira.Issues["HUB-1"];
        issue.Comments.Should().ContainSingle();
        (issue.Summary, issue.Status).Should().Be(("Mine", Status.InProgress));
        hub.Heard.Tickets.Should().ContainSingle();
    }

    [Test]
    public async Task What_stops_half_way_says_how_far_it_came()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await Synchronised(jira);
        var path = $"/rest/api/3/issue/{jira.Issues["HUB-1"].Id}";
        jira.Faults.Next($"{path}/comment", Fault.Status(403), method: "POST");
        var refused = (await Patch(hub, new { summary = "Mine", status = "done", comment = "Done." })).Expect(422);
        refused.Text("code").Should().Be("upstream_refused");
        refused.Strings("applied").Should().Equal("fields", "status");
        refused.GetProperty("ticket").Text("status").Should().Be("Done");
        (await hub.Ticket("HUB-1")).Text("summary").Should().Be("Mine", "the true state is stored");
        (await hub.Http.Get("audit?action=ticket.changed")).Expect(200).GetProperty("items")[0].Text("outcome").Should().Be("failure");

        jira.Faults.Next($"{path}/comment", Fault.Status(500), method: "POST");
        var unknown = (await Patch(hub, new { comment = "Once more" })).Expect(504);
        unknown.Text("code").Should().Be("outcome_unknown");
        unknown.Strings("applied").Should().BeEmpty();
        jira.Requests.All.Count(request => request is { Method: "POST" } && request.Path.EndsWith("/comment", StringComparison.Ordinal)).Should().Be(2, "a comment is never repeated");

        jira.Faults.Next(path, Fault.Throttle(9), method: "PUT");
        var limited = await Patch(hub, new { summary = "Later" });
        limited.Expect(429).Strings("applied").Should().BeEmpty();
        limited.Response.Headers.RetryAfter.Should().NotBeNull();
    }

    [Test]
    public async Task A_deleted_ticket_and_one_of_a_site_that_was_left_are_not_changed()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var other = await FakeJiraServer.Start(new FakeJiraOptions { Token = jira.Options.Token });
        other.Issues.Add("HUB", issue => issue with { Summary = "Somebody else's" });
        await using var hub = await Synchronised(jira);
        var id = (await hub.Ticket("HUB-1")).Number("id");
        (await hub.Http.Patch($"integrations/{hub.Integration}", new { configuration = new { base_url = other.Url, api_token = other.Options.Token } })).Expect(200);
        (await hub.Http.Patch($"tickets/{id}", new { summary = "x" })).Expect(409).Text("code").Should().Be("site_changed");
        other.Issues["HUB-1"].Summary.Should().Be("Somebody else's");
        await hub.Sql<int>("update sync.tickets set deleted_at = now(), deleted_by = 'event'; select 1");
        (await hub.Http.Patch($"tickets/{id}", new { summary = "x" })).Expect(409).Text("code").Should().Be("ticket_deleted");
    }

    private static async Task<JiraHub> Synchronised(FakeJiraServer jira)
    {
        jira.Issues.Add("HUB", issue => issue with { Summary = "First", Labels = ["x"] });
        var hub = await TicketHub.Start(jira);
        await hub.Sync();
        hub.Heard.Tickets.Clear();
        return hub;
    }

    private static async Task<Answer> Patch(JiraHub hub, object body, params (string, string)[] headers) =>
        await hub.Http.Patch($"tickets/{(await hub.Ticket("HUB-1")).Number("id")}", body, headers);
}
