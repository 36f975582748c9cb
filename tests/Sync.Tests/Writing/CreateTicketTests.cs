using System.Text.Json;
using FluentAssertions;
using Hub.FakeJira;
using Hub.Fakes;
using Hub.Sync.Contracts;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests.Writing;

public class CreateTicketTests
{
    [TestCase(Deployment.Cloud)]
    [TestCase(Deployment.Server)]
    public async Task A_ticket_is_created_at_jira_and_here(Deployment deployment)
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Deployment = deployment, ContextPath = deployment is Deployment.Server ? "/jira" : "" });
        await using var hub = await TicketHub.Start(jira);
        (await hub.Http.Patch($"integrations/{hub.Integration}", new { configuration = new { field_mappings = new { story_points = "customfield_10016" } } })).Expect(200);
        var answer = await hub.Create(new
        {
            integration_id = hub.Integration, issue_type = "bug", summary = "Printer on fire",
            description = "Third floor.\nIt *smokes*.\n\n- call <me> & co.", priority = "high", assignee = "m.kowalska@example.com",
            labels = new[] { "office", "urgent" }, fields = new { story_points = 3, due_date = (string?)null, components = "web", colour = "red" },
        });
        answer.Status.Should().Be(400, "due_date stands outside");
        answer.Json.Error("fields.due_date").Should().Contain("outside of fields: due_date");
        answer.Json.Error("fields.colour").Should().Contain("no field that can be set here");
        jira.Sent().Should().Be(0);

        answer = await hub.Create(new
        {
            integration_id = hub.Integration, issue_type = "bug", summary = "Printer on fire",
            description = "Third floor.\nIt *smokes*.\n\n- call <me> & co.", priority = "high", assignee = "m.kowalska@example.com",
            labels = new[] { "urgent", "office" }, fields = new { story_points = 3, components = "web" },
        });
        var ticket = answer.Expect(201);
        answer.Response.Headers.Location!.ToString().Should().Be($"/api/v1/tickets/{ticket.Number("id")}");
        answer.Response.Headers.ETag!.Tag.Should().MatchRegex("^\"1(\\.|\"$)");
        ticket.Text("key").Should().Be("HUB-1");
        ticket.Text("issue_type").Should().Be("Bug");
        ticket.Text("priority").Should().Be("High");
        ticket.Text("assignee").Should().Be("Małgorzata Kowalska");
        ticket.Text("description").Should().Be("Third floor.\nIt *smokes*.\n\n- call <me> & co.", "plain text stays what it is");
        ticket.Strings("labels").Should().Equal("office", "urgent");
        (await hub.Http.Get($"tickets/{ticket.Number("id")}")).Text.Should().Be(answer.Text);

        var issue = jira.Issues["HUB-1"];
        issue.Labels.Should().BeEquivalentTo(["office", "urgent"], "the marker is taken off again");
        issue.Components.Should().Equal("Web");
        issue.Custom["customfield_10016"].GetDecimal().Should().Be(3);
        hub.Heard.Tickets.Should().ContainSingle().Which.Kind.Should().Be(TicketChangeKind.Created);
        hub.Heard.Calls.Should().Contain(call => call.Ok);
        (await hub.Http.Get("audit?action=ticket.created")).Expect(200).GetProperty("items")[0].GetProperty("diff").GetProperty("summary").Text("to").Should().Be("Printer on fire");
        (await hub.Sync()).Counts().Should().Be((0, 0, 1, 0), "a sync reads the same state");
        jira.Sent().Should().Be(1);
    }

    [Test]
    public async Task What_cannot_be_said_is_refused_before_anything_is_sent()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await TicketHub.Start(jira, settings: new() { ["project_key"] = "HUB,PAY" });
        await Refused(new { integration_id = hub.Integration, summary = "x" }, "project_key", "is required", "HUB, PAY");
        await Refused(new { integration_id = hub.Integration, summary = "x", project_key = "NOPE" }, "project_key", "none of the integration's projects", "HUB, PAY");
        await Refused(new { integration_id = hub.Integration, summary = "x", project_key = "hub", issue_type = "Wish" }, "issue_type", "no issue type of HUB", "Epic, Story, Task");
        await Refused(new { integration_id = hub.Integration, summary = "x", project_key = "HUB", priority = "Soon" }, "priority", "not allowed", "Highest, High");
        await Refused(new { integration_id = hub.Integration, summary = "x", project_key = "HUB", assignee = "nobody@example.com" }, "assignee", "nobody", ".");
        await Refused(new { integration_id = hub.Integration, summary = "x", project_key = "HUB", labels = new[] { "two words" } }, "labels[0]", "without spaces", ".");
        await Refused(new { integration_id = hub.Integration, summary = "two\nlines", project_key = "HUB" }, "summary", "one line", ".");
        await Refused(new { integration_id = hub.Integration, project_key = "HUB" }, "summary", "is required", ".");
        await Refused(new { integration_id = hub.Integration, summary = "x", project_key = "HUB", fields = new[] { 1 } }, "fields", "must be an object", ".");
        await Refused(new { integration_id = hub.Integration, summary = "x", project_key = "HUB", fields = new { story_point_estimate = "many" } }, "fields.story_point_estimate", "must be a number", ".");
        await Refused(new { integration_id = hub.Integration, summary = "x", project_key = "HUB", fields = new { colour = 1 } }, "fields.colour", "no field", "Components");
        (await hub.Create("""{"integration_id": 1, "summary": "x", "color": 1}""")).Json.Text("code").Should().Be("unknown_field");
        (await hub.Create($$"""{"integration_id": {{hub.Integration}}, "summary": "a\u0000b"}""")).Expect(400);
        (await hub.Create($$"""{"integration_id": {{hub.Integration}}, "project_key": "HUB", "summary": "x", "fields": {"Components": ["a\u0000b"] } }""")).Expect(400);
        jira.Sent().Should().Be(0);

        async Task Refused(object body, string path, string why, string choices)
        {
            var problem = (await hub.Create(body)).Expect(400);
            problem.Error(path).Should().Contain(why).And.MatchRegex(choices);
        }
    }

    [Test]
    public async Task Two_people_of_one_name_are_told_apart_by_the_caller()
    {
        await using var jira = await FakeJiraServer.Start();
        jira.Guests.Add(new User("712020:other", "kowalska2", "małgorzata kowalska", null));
        await using var hub = await TicketHub.Start(jira);
        var problem = (await hub.Create(new { integration_id = hub.Integration, summary = "x", assignee = "Małgorzata Kowalska" })).Expect(400);
        problem.Error("assignee").Should().Contain("more than one person").And.Contain("712020:other").And.Contain(User.Colleagues[0].AccountId);
        var ticket = (await hub.Create(new { integration_id = hub.Integration, summary = "x", assignee = User.Colleagues[0].AccountId })).Expect(201);
        ticket.Text("assignee_id").Should().Be(User.Colleagues[0].AccountId);
        (await hub.Create(new { integration_id = hub.Integration, summary = "x", assignee = "佐藤 健" })).Expect(201).Text("assignee_id").Should().Be(User.Colleagues[2].AccountId);
    }

    [Test]
    public async Task An_integration_that_takes_no_tickets_says_why()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await TicketHub.Start(jira);
        (await hub.Create(new { integration_id = 999, summary = "x" })).Expect(404);
        var other = (await hub.Http.Post("integrations", new
        {
            scope_id = hub.Project, name = "Hook", integration_type = "webhook", configuration = new { url = "https://example.com/hook" }, enabled = true,
        })).Expect(201).Number("id");
        Code(await hub.Create(new { integration_id = other, summary = "x" })).Should().Be("not_a_ticketing_integration");
        await hub.Switch(false);
        Code(await hub.Create()).Should().Be("integration_disabled");
        await hub.Switch(true);
        jira.Auth.RevokeAfter(0);
        var refused = await hub.Create();
        Code(refused).Should().Be("integration_unhealthy");
        refused.Text.Should().Contain("Renew the token").And.NotContain(jira.Options.Token);
        hub.Heard.Calls.Should().Contain(call => !call.Ok && call.Reason == "auth");
        jira.Auth.Restore();
        jira.Requests.Clear();
        Code(await hub.Create()).Should().Be("integration_unhealthy", "its health is red until it is tested");
        jira.Requests.All.Should().BeEmpty();
        (await hub.Http.Post($"integrations/{hub.Integration}/test")).Expect(200);
        (await hub.Create()).Expect(201);

        static string Code(Answer answer) => answer.Expect(409).Text("code");
    }

    [Test]
    public async Task Refusals_and_failures_of_jira_are_told_apart()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await TicketHub.Start(jira);
        jira.Faults.Next("/rest/api/3/issue", Fault.Status(403), method: "POST");
        var refused = (await hub.Create()).Expect(422);
        refused.Text("code").Should().Be("upstream_refused");
        jira.Faults.Next("/rest/api/3/issue/createmeta", Fault.Html(502));
        (await hub.Create()).Expect(502).Text("code").Should().Be("upstream_failed");
        jira.Faults.Next("/rest/api/3/issue", Fault.Redirect("https://login.example.com"), method: "POST");
        (await hub.Create()).Expect(502).Text("code").Should().Be("upstream_failed");
        (await hub.Http.Post($"integrations/{hub.Integration}/test")).Expect(200);
        jira.Faults.Next("/rest/api/3/issue", Fault.Throttle(17), method: "POST");
        var limited = await hub.Create(key: "limited");
        limited.Expect(429).Text("code").Should().Be("rate_limited");
        limited.Response.Headers.RetryAfter!.Delta!.Value.TotalSeconds.Should().BeInRange(1, 60);
        jira.Issues.Count.Should().Be(0);
        (await hub.Sql<long>("select count(*) from sync.ticket_creations where next_at is not null")).Should().Be(0, "nothing of it is done later behind anybody's back");
    }

    [Test]
    public async Task Only_managers_create_and_only_within_their_scope()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await TicketHub.Start(jira);
        var viewer = await hub.Hub.ClientWith("viewer", hub.Project);
        (await viewer.Post("tickets", hub.Wish())).Expect(403);
        var elsewhere = await hub.Hub.ClientWith("manager", await hub.Hub.CreateProject("Other"));
        (await elsewhere.Post("tickets", hub.Wish())).Expect(404);
        (await elsewhere.Post("tickets/ai-create", new { integration_id = hub.Integration, prompt = "x" })).Expect(404);
        var manager = await hub.Hub.ClientWith("manager", hub.Project);
        var ticket = (await manager.Post("tickets", hub.Wish())).Expect(201);
        (await elsewhere.Patch($"tickets/{ticket.Number("id")}", new { summary = "x" })).Expect(404);
        var creation = await hub.Sql<Guid>("select id from sync.ticket_creations");
        (await elsewhere.Get($"tickets/creations/{creation}")).Expect(404);
        (await viewer.Get($"tickets/creations/{creation}")).Expect(200).Number("ticket_id").Should().Be(ticket.Number("id"));
        (await hub.Http.Get("audit?action=ticket.created")).Expect(200).GetProperty("items")[0].GetRawText().Should().Contain($"manager of {hub.Project}");
    }
}
