using System.Text.Json;
using FluentAssertions;
using Hub.FakeJira;
using Hub.TestHarness;
using Hub.Webhooks.Contracts;
using NUnit.Framework;

namespace Hub.Sync.Tests.JiraMapping;

/// <summary>Field mappings from the configuration to the ticket.</summary>
public class FieldMappingTests
{
    private static readonly object[] Mappings =
    [
        new { source = "customfield_10016", target = "story_points", transform = "number" },
        new { source = "customfield_10034", target = "severity", transform = "option" },
        new { source = "customfield_10032", target = "reviewer", transform = "user" },
        new { source = "customfield_10035", target = "region" },
        new { source = "customfield_10020", target = "sprints", transform = "list" },
        new { source = "customfield_10038", target = "steps", transform = "text" },
        new { source = "components", target = "points_of_components", transform = "number" },
        new { source = "parent.key", target = "epic", transform = "text" },
    ];

    [TestCase(Deployment.Cloud)]
    [TestCase(Deployment.Server)]
    public async Task Mapped_fields_are_on_the_ticket_and_what_does_not_fit_is_counted(Deployment deployment)
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 40, Deployment = deployment });
        await using var hub = await JiraHub.Start(jira);
        (await hub.Http.Patch($"integrations/{hub.Integration}", new { configuration = new { field_mappings = Mappings } })).Expect(200);
        var run = await hub.Sync();
        run.Number("failed").Should().Be(0);
        run.Text("error").Should().Be($"Values that did not fit their field mapping are null: points_of_components ({jira.Issues.All.Count(issue => issue.Components.Length > 0)}).");
        var full = jira.Issues.All.First(issue => issue.Custom.ContainsKey("customfield_10032") && issue.ParentKey is not null);
        var fields = (await hub.Ticket(full.Key)).GetProperty("fields");
        fields.EnumerateObject().Should().HaveCount(8);
        fields.GetProperty("reviewer").Text("name").Should().Be(User.Colleagues[2].DisplayName);
        fields.Text("severity").Should().BeOneOf("Critical", "Major", "Geringfügig");
        fields.Text("region").Should().Contain(" / ");
        fields.GetProperty("sprints").EnumerateArray().Select(name => name.GetString()).Should().Equal("Sprint 7", "Sprint 8");
        fields.Text("steps").Should().Be("Steps\n\n* log in\n* log out");
        fields.Text("epic").Should().Be(full.ParentKey);
        (await hub.Sync()).Counts().Should().Be((0, 0, 40, 0));
        jira.Requests.To("/search")[^1].Json.GetProperty("fields").EnumerateArray().Select(field => field.GetString())
            .Should().Equal("*all", "-comment", "-worklog", "-attachment");
    }

    [Test]
    public async Task A_webhook_keeps_and_changes_mapped_fields()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 10 });
        await using var hub = await JiraHub.Start(jira);
        (await hub.Http.Patch($"integrations/{hub.Integration}", new { configuration = new { field_mappings = Mappings } })).Expect(200);
        await hub.Sync();
        var before = (await hub.Ticket("HUB-3")).GetProperty("fields");
        jira.UpdateIssue("HUB-3", issue => issue with { Custom = issue.Custom.SetItem("customfield_10016", JsonElement.Parse("21")) });
        var body = System.Text.Encoding.UTF8.GetString(jira.WebhookBody("jira:issue_updated", "HUB-3", "s").Body);
        await hub.Publish(new WebhooksReceived([new WebhookReceived(
            Guid.CreateVersion7(), hub.Integration, "jira", [1, hub.Project], "jira:issue_updated", DateTimeOffset.UtcNow, JsonElement.Parse(body))]));
        var after = (await hub.Ticket("HUB-3")).GetProperty("fields");
        after.Number("story_points").Should().Be(21);
        after.GetProperty("steps").ToString().Should().Be(before.GetProperty("steps").ToString());
        (await hub.Sync()).Counts().Should().Be((0, 0, 10, 0));
    }

    [TestCase("""[{"source":"customfield_1"}]""", "entry 1: target is required")]
    [TestCase("""[{"source":"a","target":"a"},{"source":"b c","target":"b"}]""", "entry 2: source does not have the form")]
    [TestCase("""[{"source":"a","target":"Story Points"}]""", "entry 1: target does not have the form")]
    [TestCase("""[{"source":"a","target":"summary"}]""", "entry 1: target must be another name")]
    [TestCase("""[{"source":"a","target":"a","transform":"money"}]""", "entry 1: transform must be one of text, number, date, user, option, list")]
    [TestCase("""[{"source":"a","target":"a"},{"source":"b","target":"a"}]""", "entry 2: target is the same")]
    [TestCase("""[{"source":"a","target":"a","to":"b"}]""", "entry 1: has a member that is not known here")]
    [TestCase("""["customfield_1"]""", "entry 1: must be an object")]
    [TestCase("""{"a":7}""", "entry 1: source must be a text")]
    [TestCase("""{"A b":"customfield_1"}""", "entry 1: target does not have the form")]
    public async Task A_bad_mapping_is_refused_and_the_entry_is_named(string mappings, string words)
    {
        await using var hub = await HubFixture.Start(setup => setup.Workers = false);
        var answer = await hub.Http.Post("integrations", $$$"""
            {"scope_id":1,"name":"J","integration_type":"jira","configuration":{"base_url":"https://jira.test","api_token":"t","field_mappings":{{{mappings}}}}}
            """);
        answer.Expect(400).GetProperty("errors").GetProperty("configuration.field_mappings")[0].GetString().Should().StartWith(words);
    }
}
