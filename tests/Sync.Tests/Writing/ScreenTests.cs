using System.Text.Json;
using FluentAssertions;
using Hub.FakeJira;
using Hub.Fakes;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests.Writing;

/// <summary>What Jira's screens and workflows ask for, in the hub's words.</summary>
public class ScreenTests
{
    [TestCase(Deployment.Cloud)]
    [TestCase(Deployment.Server)]
    public async Task Values_of_every_kind_of_field_are_given_the_form_that_jira_takes(Deployment deployment)
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Deployment = deployment });
        await using var hub = await TicketHub.Start(jira);
        (await hub.Http.Patch($"integrations/{hub.Integration}", new
        {
            configuration = new { field_mappings = new[] { new { source = "customfield_10034", target = "severity_level" } } },
        })).Expect(200);
        (await hub.Create(new
        {
            integration_id = hub.Integration, summary = "x", fields = new Dictionary<string, object>
            {
                ["severity_level"] = "geringfügig", ["customfield_10016"] = "2.5", ["Kunde"] = "ACME", ["go_live"] = "2027-02-28", ["Reviewer"] = "sato@example.com",
                ["stakeholders"] = new[] { User.Colleagues[0].DisplayName, User.Colleagues[4].DisplayName }, ["region"] = "EMEA > Germany",
                ["platforms"] = new[] { "web", "10111" }, ["tags"] = new[] { "one", "two" }, ["steps_to_reproduce"] = "1. *Look*\n2. See",
                ["outage_start"] = "2027-01-31T12:00:00+02:00", ["sprint"] = 42, ["components"] = "api",
            },
        })).Expect(201);
        Custom(10034).Should().Be("\"10103\"");
        Custom(10016).Should().Be("2.5");
        Custom(10030).Should().Be("\"ACME\"");
        Custom(10031).Should().Be("\"2027-02-28\"");
        Custom(10032).Should().Be($"\"{User.Colleagues[2].AccountId}\"");
        Custom(10033).Should().Be($"[\"{User.Colleagues[0].AccountId}\",\"{User.Colleagues[4].AccountId}\"]");
        Custom(10035).Should().Be("[\"10200\",\"10201\"]");
        Custom(10036).Should().Be("[\"10110\",\"10111\"]");
        Custom(10037).Should().Be("[\"one\",\"two\"]");
        jira.Issues["HUB-1"].Custom["customfield_10038"].GetString()
            .Should().Be(deployment == Deployment.Server ? "1. \\*Look\\*\n2. See" : "1. *Look*\n2. See", "a Data Center takes every text for markup");
        jira.Issues["HUB-1"].Custom["customfield_10039"].GetDateTimeOffset().Should().Be(new DateTimeOffset(2027, 1, 31, 10, 0, 0, TimeSpan.Zero));
        Custom(10020).Should().Contain("42");
        jira.Issues["HUB-1"].Components.Should().Equal("API");

        var wrong = (await hub.Create(new
        {
            integration_id = hub.Integration, summary = "x", fields = new Dictionary<string, object>
            {
                ["severity_level"] = "Awful", ["region"] = "EMEA > Mars", ["go_live"] = "soon", ["platforms"] = new[] { "web", "amiga" }, ["outage_start"] = 3, ["reviewer"] = "nobody",
            },
        })).Expect(400);
        wrong.Error("fields.severity_level").Should().Contain("'Awful' is not allowed; allowed are: Critical, Major, Geringfügig");
        wrong.Error("fields.region").Should().Contain("'Mars' is not allowed").And.Contain("Germany");
        wrong.Error("fields.go_live").Should().Contain("must be a day");
        wrong.Error("fields.platforms").Should().Contain("'amiga' is not allowed");
        wrong.Error("fields.outage_start").Should().Contain("must be a time");
        wrong.Error("fields.reviewer").Should().Contain("nobody");

        string Custom(int field) => jira.Issues["HUB-1"].Custom[$"customfield_{field}"].GetRawText();
    }

    [Test]
    public async Task A_missing_required_field_is_named_with_what_it_may_be()
    {
        await using var jira = await FakeJiraServer.Start();
        jira.Screens.Require("Task", "Severity");
        jira.Screens.Require("Task", "description");
        await using var hub = await TicketHub.Start(jira);
        var problem = (await hub.Create()).Expect(400);
        problem.Error("fields.customfield_10034").Should().Be("is required by Jira (Severity); allowed are: Critical, Major, Geringfügig");
        problem.Error("description").Should().Contain("is required");
        (await hub.Create(new { integration_id = hub.Integration, summary = "x", description = "y", fields = new { severity = "major" } })).Expect(201);
        jira.Auth.Denied = ["CREATE_ISSUES"];
        var refused = (await hub.Create(new { integration_id = hub.Integration, summary = "x", description = "y", fields = new { severity = "major" } })).Expect(422);
        refused.Error("project_key").Should().Contain("cannot create issues");
    }

    [Test]
    public async Task Without_a_label_to_find_it_by_a_lost_issue_is_never_sent_again()
    {
        await using var jira = await FakeJiraServer.Start();
        jira.Screens.Remove("Task", "labels");
        await using var hub = await TicketHub.Start(jira, setup => setup.Settings["Hub:Tickets:AbsenceMinutes"] = "0.0001");
        (await hub.Create(new { integration_id = hub.Integration, summary = "x", labels = new[] { "y" } })).Expect(400).Error("labels").Should().Contain("cannot be set");
        jira.Faults.Next("/rest/api/3/issue", Fault.Drop, method: "POST");
        var lost = (await hub.Create(key: "once")).Expect(504);
        lost.Text("detail").Should().Contain("no label");
        (await hub.Create(key: "once")).Expect(504).Text("creation_id").Should().Be(lost.Text("creation_id"));
        (await hub.Http.Get($"tickets/creations/{lost.Text("creation_id")}")).Expect(200).GetProperty("next_at").ValueKind.Should().Be(JsonValueKind.Null);
        jira.Sent().Should().Be(1);
        (await hub.Create()).Expect(201).Text("key").Should().Be("HUB-2");
    }

    [Test]
    public async Task Workflows_are_followed_by_where_they_lead()
    {
        await using var jira = await FakeJiraServer.Start();
        jira.Issues.Add("HUB", issue => issue with { Summary = "First" });
        await using var hub = await TicketHub.Start(jira);
        await hub.Sync();
        var ticket = $"tickets/{(await hub.Ticket("HUB-1")).Number("id")}";
        jira.Workflow.RequireResolution = true;
        var problem = (await hub.Http.Patch(ticket, new { status = "done", comment = "x" })).Expect(400);
        problem.Error("resolution").Should().Contain("is required").And.Contain("Won't Do");
        (await hub.Http.Patch(ticket, new { status = "done", resolution = "Forgotten" })).Expect(400).Error("resolution").Should().Contain("Duplicate");
        (await hub.Http.Patch(ticket, new { status = "10002", resolution = "won't do" })).Expect(200).Text("status_category").Should().Be("done");
        jira.Issues["HUB-1"].Resolution!.Name.Should().Be("Won't Do");

        (await hub.Http.Patch(ticket, new { status = "indeterminate" })).Expect(200).Text("status_category").Should().Be("indeterminate");
        jira.Workflow.Allows = (_, to) => to == Status.ToDo;
        (await hub.Http.Patch(ticket, new { status = "in review" })).Expect(400).Error("status").Should().EndWith("reachable are: To Do");
        jira.Auth.Denied = ["TRANSITION_ISSUES"];
        (await hub.Http.Patch(ticket, new { status = "to do" })).Expect(400).Error("status").Should().Contain("permission");
        jira.Auth.Denied = ["EDIT_ISSUES"];
        (await hub.Http.Patch(ticket, new { summary = "Mine" })).Expect(422).Text("code").Should().Be("upstream_refused");
    }

    [Test]
    public async Task Two_who_move_an_issue_at_once_end_where_the_second_one_wanted()
    {
        await using var jira = await FakeJiraServer.Start();
        jira.Issues.Add("HUB", issue => issue with { Summary = "First" });
        await using var hub = await TicketHub.Start(jira);
        await hub.Sync();
        var ticket = $"tickets/{(await hub.Ticket("HUB-1")).Number("id")}";
        jira.Workflow.BeforeStep = issue =>
        {
            jira.Workflow.BeforeStep = null;
            jira.UpdateIssue(issue.Key, now => now with { Status = Status.InReview });
        };
        (await hub.Http.Patch(ticket, new { status = "in progress" })).Expect(200).Text("status").Should().Be("In Progress");
        jira.Workflow.BeforeStep = issue =>
        {
            jira.Workflow.BeforeStep = null;
            jira.UpdateIssue(issue.Key, now => now with { Status = Status.Done });
        };
        jira.Requests.Clear();
        (await hub.Http.Patch(ticket, new { status = "done" })).Expect(200).Text("status").Should().Be("Done");
        jira.Requests.To("/transitions", "POST").Should().HaveCount(1, "somebody else did it");
    }
}
