using System.Text;
using System.Text.Json;
using FluentAssertions;
using Hub.FakeJira;
using Hub.TestHarness;
using Hub.Webhooks.Contracts;
using NUnit.Framework;

namespace Hub.Sync.Tests.JiraDetails;

public class DetailWebhookTests
{
    [Test]
    public async Task Events_of_comments_are_applied_in_any_order_and_the_next_sync_agrees()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 2 });
        await using var hub = await Start(jira, "sync_comments");
        jira.Issues.Comment("HUB-1", "one");
        var comment = jira.Issues["HUB-1"].Comments[^1];
        var created = Body(jira, "comment_created", "HUB-1", comment);
        var edited = jira.Issues.EditComment("HUB-1", comment.Id, "two");
        var updated = Body(jira, "comment_updated", "HUB-1", edited);
        (await Tell(hub, updated)).Should().ContainSingle().Which.Should().EndWith("created");
        (await Tell(hub, created)).Should().ContainSingle().Which.Should().EndWith("unchanged", "it is older");
        (await Comments(hub)).Should().Contain("two").And.NotContain("one");

        jira.Issues.RemoveComment("HUB-1", comment.Id);
        (await Tell(hub, Body(jira, "comment_deleted", "HUB-1", edited))).Should().ContainSingle().Which.Should().EndWith("deleted");
        (await Tell(hub, updated)).Should().ContainSingle().Which.Should().EndWith("unchanged", "what is gone stays gone");
        (await Comments(hub)).Should().NotContain("two");
        var run = await hub.Sync("incremental");
        (run.Number("created"), run.Number("deleted")).Should().Be((0, 0));
    }

    [Test]
    public async Task A_deletion_of_a_comment_that_was_never_seen_holds_against_its_late_creation()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 2 });
        await using var hub = await Start(jira, "sync_comments");
        jira.Issues.Comment("HUB-1", "gone");
        var comment = jira.Issues["HUB-1"].Comments[^1];
        var created = Body(jira, "comment_created", "HUB-1", comment);
        jira.Issues.RemoveComment("HUB-1", comment.Id);
        await Tell(hub, Body(jira, "comment_deleted", "HUB-1", comment));
        await Tell(hub, created);
        (await Comments(hub)).Should().NotContain("gone");
    }

    [Test]
    public async Task Worklogs_and_links_are_found_by_the_number_of_their_issue()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 4 });
        await using var hub = await Start(jira, "sync_worklogs", "sync_links");
        var log = jira.Issues.LogWork("HUB-1", 600, "worked");
        (await Tell(hub, Body(jira, "worklog_created", "HUB-1", log))).Should().ContainSingle().Which.Should().EndWith("created");
        var link = jira.Issues.Link("HUB-1", "HUB-2", LinkType.Blocks);
        (await Tell(hub, Body(jira, "issuelink_created", "HUB-1", link))).Should().HaveCount(2).And.OnlyContain(effect => effect.EndsWith("created"));
        var links = await List(hub, "HUB-2", "issue-links");
        links.Should().ContainSingle(one => one.Text("key") == "HUB-1" && one.Text("phrase") == "is blocked by");
        var run = await hub.Sync("incremental");
        (run.Number("created"), run.Number("deleted")).Should().Be((0, 0), "the next sync finds what the events told");
        jira.Issues.RemoveLink(link.Id);
        (await Tell(hub, Body(jira, "issuelink_deleted", "HUB-1", link))).Should().OnlyContain(effect => effect.EndsWith("deleted"));
        (await List(hub, "HUB-2", "issue-links")).Should().NotContain(one => one.Text("key") == "HUB-1");
    }

    [Test]
    public async Task Nothing_is_stored_of_streams_that_are_off_and_of_issues_that_are_not_known()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 2 });
        await using var hub = await Start(jira, "sync_comments");
        var log = jira.Issues.LogWork("HUB-1", 600, "worked");
        (await Tell(hub, Body(jira, "worklog_created", "HUB-1", log))).Should().BeEmpty();
        foreach (var file in new[] { "cloud/webhook-cloud-comment-created.json", "server/webhook-server-comment-updated.json" })
            (await Tell(hub, Fixtures.Text($"jira/webhooks/{file}"))).Should().BeEmpty();
        foreach (var odd in new[] { "comment_created", "worklog_deleted", "issuelink_created" })
            (await Tell(hub, $$$"""{"webhookEvent":"{{{odd}}}","comment":[],"worklog":7,"issueLink":{"id":1},"issue":{"id":"x"}}""")).Should().BeEmpty();
    }

    [Test]
    public async Task An_event_of_an_issue_makes_the_next_sync_read_its_details()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 2 });
        await using var hub = await Start(jira, "sync_changelog");
        jira.UpdateIssue("HUB-1", issue => issue with { Status = Status.Done });
        await Tell(hub, Encoding.UTF8.GetString(jira.WebhookBody("jira:issue_updated", "HUB-1", "s").Body));
        await hub.Sync("incremental");
        (await List(hub, "HUB-1", "changelog")).Should().Contain(entry => entry.GetProperty("items").GetRawText().Contains(Status.Done.Name));
    }

    private static async Task<JiraHub> Start(FakeJiraServer jira, params string[] settings)
    {
        var hub = await JiraHub.Start(jira);
        (await hub.Http.Patch($"integrations/{hub.Integration}", new { configuration = settings.ToDictionary(setting => setting, _ => true) })).Expect(200);
        await hub.Sync();
        return hub;
    }

    private static string Body(FakeJiraServer jira, string eventName, string key, object subject) =>
        Encoding.UTF8.GetString(jira.WebhookBody(eventName, key, "s", new WebhookDetails { Subject = subject }).Body);

    private static async Task<IList<string>> Tell(JiraHub hub, string body)
    {
        var payload = JsonElement.Parse(body);
        var told = new WebhookReceived(
            Guid.CreateVersion7(), hub.Integration, "jira", [1, hub.Project], payload.Text("webhookEvent"), DateTimeOffset.UtcNow, payload);
        await hub.Publish(new WebhooksReceived([told]));
        return told.Effects;
    }

    private static async Task<List<string>> Comments(JiraHub hub) => [.. (await List(hub, "HUB-1", "comments")).Select(comment => comment.Text("body"))];

    private static async Task<List<JsonElement>> List(JiraHub hub, string key, string list) =>
        [.. (await hub.Http.Get($"tickets/{(await hub.Ticket(key)).Number("id")}/{list}?limit=200")).Expect(200).GetProperty("items").EnumerateArray()];
}
