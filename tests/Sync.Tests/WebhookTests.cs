using System.Text.Json;
using System.Text.Json.Nodes;
using FluentAssertions;
using Hub.FakeJira;
using Hub.Sync.Contracts;
using Hub.Sync.Providers;
using Hub.TestHarness;
using Hub.Webhooks.Contracts;
using NUnit.Framework;

namespace Hub.Sync.Tests;

public class WebhookTests
{
    private const string Created = "jira/webhooks/cloud/webhook-cloud-issue-created-many-fields.json";
    private const string Stale = "stale: kept newer state";
    private const string Deleted = "jira/webhooks/misc/webhook-issue-deleted.json";

    [Test]
    public async Task A_recorded_creation_becomes_a_ticket()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await Start(jira, "KT");
        (await Tell(hub, Fixtures.Text(Created))).Should().ContainSingle().Which.Should().MatchRegex("ticket \\d+ created");
        var ticket = await hub.Ticket("KT-22");
        ticket.Text("summary").Should().Be("Lots of fields selected");
        ticket.Text("description").Should().Be("The good description");
        ticket.Text("assignee").Should().Be("Sample User");
        ticket.Text("status_category").Should().Be("new");
        ticket.GetProperty("labels").EnumerateArray().Select(l => l.GetString()).Should().Equal("Label1", "Label2");
        ticket.GetProperty("updated_at").GetDateTimeOffset().Should().Be(new DateTimeOffset(2019, 8, 27, 19, 43, 24, 193, TimeSpan.Zero));
        hub.Heard.Tickets.Should().ContainSingle().Which.Kind.Should().Be(TicketChangeKind.Created);
        (await Tell(hub, Fixtures.Text(Created))).Should().ContainSingle("the same event again changes nothing").Which.Should().Contain(Stale);
    }

    [Test]
    public async Task The_recorded_life_of_an_issue_ends_the_same_in_every_order()
    {
        string[] life =
        [
            "created", "updated-issue-type", "updated-edited", "updated-started-working", "updated-resolved", "updated-reopened", "updated-assigned",
            "updated-assigned-nobody", "updated-labels", "updated-raised-priority",
        ];
        var events = life.Select(name => Fixtures.Text($"jira/webhooks/misc/webhook-issue-{name}.json")).ToArray();
        string? ending = null;
        var orders = new[] { events, [.. events.Reverse()], [.. events.OrderBy(e => e.Length % 7).ThenBy(e => e.Length)] };
        await using var jira = await FakeJiraServer.Start();
        foreach (var order in orders)
        {
            await using var hub = await Start(jira, "TES");
            foreach (var told in order)
                (await Tell(hub, told)).Should().ContainSingle();
            var ticket = (await hub.Tickets()).Single();
            string[] fields = ["key", "summary", "status", "priority", "issue_type", "assignee", "labels", "updated_at"];
            var now = string.Join('|', fields.Select(f => ticket.GetProperty(f).GetRawText()));
            (ending ??= now).Should().Be(now);
        }
    }

    [Test]
    public async Task Events_that_are_applied_together_end_as_if_each_had_come_alone()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 6 });
        await using var hub = await JiraHub.Start(jira);
        await hub.Sync();
        var (one, two, three, four) = (await hub.Keys()) is [var a, var b, var c, var d, ..] ? (a, b, c, d) : default;
        string[] told = [Changed(one, "first", 1), Changed(one, "second", 2), Changed(two, "other", 1), Fixtures.Text(Deleted), Body(jira, three), Removed(four)];
        var events = told.Select(body => Told(hub, body)).ToArray();
        await hub.Publish(new WebhooksReceived(events));

        events.Select(received => received.Effects.SingleOrDefault()?.Split(' ', 3)[^1]).Should().Equal("updated", "updated", "updated", null, Stale, "deleted");
        (await hub.Ticket(one)).Text("summary").Should().Be("second");
        (await hub.Ticket(two)).Text("summary").Should().Be("other");
        hub.Heard.Tickets.TakeLast(4).Select(change => (change.Key, change.Kind)).Should().BeEquivalentTo(
        [
            (four, TicketChangeKind.Deleted), (one, TicketChangeKind.Updated), (two, TicketChangeKind.Updated), (one, TicketChangeKind.Updated),
        ]);
        var history = (await hub.Http.Get($"tickets/{(await hub.Ticket(one)).GetProperty("id").GetInt64()}/history")).Expect(200);
        history.GetProperty("items").EnumerateArray().Select(entry => entry.Text("change")).Should().Equal("updated", "updated", "created");

        string Changed(string key, string summary, int second) => With(Body(jira, key), "jira:issue_updated", $"2099-01-01T00:00:0{second}.000+0000", summary);

        string Removed(string key)
        {
            var tree = JsonNode.Parse(Body(jira, key))!;
            (tree["webhookEvent"], tree["timestamp"]) = ("jira:issue_deleted", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
            return tree.ToJsonString();
        }
    }

    [Test]
    public async Task A_late_event_does_not_overwrite_what_a_sync_brought()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 4 });
        await using var hub = await JiraHub.Start(jira);
        var before = jira.Issues["HUB-1"];
        jira.UpdateIssue("HUB-1", issue => issue with { Summary = "Newer" });
        await hub.Sync();
        (await Tell(hub, Body(jira, "HUB-1", new WebhookDetails { State = before }))).Should().ContainSingle().Which.Should().Contain(Stale);
        (await hub.Ticket("HUB-1")).Text("summary").Should().Be("Newer");
    }

    [Test]
    public async Task An_event_is_applied_and_the_next_sync_finds_nothing_to_change()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 40 });
        await using var hub = await JiraHub.Start(jira);
        await hub.Sync();
        foreach (var issue in jira.Issues.All)
            jira.UpdateIssue(issue.Key, changed => changed with { Status = Status.Done, Labels = ["b", "a"], Assignee = User.Colleagues[1] });
        foreach (var issue in jira.Issues.All)
            (await Tell(hub, Body(jira, issue.Key))).Should().ContainSingle().Which.Should().EndWith("updated");
        (await hub.Ticket("HUB-2")).Text("status").Should().Be("Done");
        (await hub.Sync()).Counts().Should().Be((0, 0, 40, 0), "an untouched description keeps the form that search gives it");
    }

    [Test]
    public async Task A_deletion_holds_against_older_events_that_come_after_it()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await Start(jira, "IDT");
        var deletion = Fixtures.Text(Deleted);
        (await Tell(hub, deletion)).Should().ContainSingle().Which.Should().Contain("deleted before it was known");
        var late = With(deletion, "jira:issue_updated", "2019-07-03T11:04:50.000-0700", "Late");
        (await Tell(hub, late)).Should().ContainSingle().Which.Should().Contain(Stale);
        (await hub.Tickets()).Should().BeEmpty();
        (await hub.Keys("deleted=true")).Should().Equal("IDT-19");
        hub.Heard.Tickets.Should().BeEmpty("nobody knew it");
        var alive = With(deletion, "jira:issue_updated", "2019-07-03T12:00:00.000-0700", "Alive");
        (await Tell(hub, alive)).Should().ContainSingle().Which.Should().Contain("created");
        (await hub.Tickets()).Should().ContainSingle();
    }

    [Test]
    public async Task A_deletion_older_than_the_stored_state_is_not_believed()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await Start(jira, "IDT");
        var deletion = Fixtures.Text(Deleted);
        await Tell(hub, With(deletion, "jira:issue_created", "2019-07-04T00:00:00.000+0000", "Newer"));
        (await Tell(hub, deletion)).Should().ContainSingle().Which.Should().Contain("stale");
        await Tell(hub, With(deletion, "jira:issue_deleted", "2019-07-04T00:00:00.000+0000", "Newer", timestamp: 1_600_000_000_000));
        hub.Heard.Tickets.Select(change => change.Kind).Should().Equal(TicketChangeKind.Created, TicketChangeKind.Deleted);
        (await hub.Ticket("IDT-19")).GetProperty("deleted_at").GetDateTimeOffset().Should().Be(DateTimeOffset.FromUnixTimeMilliseconds(1_600_000_000_000));
    }

    [Test]
    public async Task Another_projects_issue_is_ignored_and_one_that_moves_away_is_gone()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 4 });
        await using var hub = await JiraHub.Start(jira, settings: new() { ["project_key"] = "HUB" });
        await hub.Sync();
        (await Tell(hub, Body(jira, "PAY-1"))).Should().BeEmpty();
        var moved = jira.Issues.Move("HUB-1", "PAY");
        (await Tell(hub, Body(jira, moved.Key))).Should().ContainSingle().Which.Should().Contain("moved to another project");
        (await hub.Keys()).Should().Equal("HUB-2");
    }

    [Test]
    public async Task A_restriction_by_jql_leaves_unknown_issues_to_the_sync()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 0 });
        jira.Issues.Add("HUB", issue => issue with { Labels = ["open"] });
        await using var hub = await JiraHub.Start(jira, settings: new() { ["jql"] = "labels = open" });
        await hub.Sync();
        var secret = jira.Issues.Add("HUB", issue => issue with { Labels = ["confidential"] });
        (await Tell(hub, Body(jira, secret.Key, eventName: "jira:issue_created"))).Should().ContainSingle().Which.Should().Contain("JQL");
        jira.UpdateIssue("HUB-1", issue => issue with { Summary = "Known" });
        (await Tell(hub, Body(jira, "HUB-1"))).Should().ContainSingle().Which.Should().EndWith("updated");
        (await hub.Keys()).Should().Equal("HUB-1");
    }

    [Test]
    public async Task Every_recorded_event_is_taken_without_a_fault()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await Start(jira, "KT,TES,TEST,IDT,PRJA,PRJX,HEY");
        var files = Directory.GetFiles(Fixtures.Locate("jira/webhooks"), "*.json", SearchOption.AllDirectories);
        files.Should().HaveCountGreaterThan(30);
        foreach (var file in files.Order())
        {
            var body = await File.ReadAllTextAsync(file);
            var effects = await Tell(hub, body);
            if (JsonElement.Parse(body).Text("webhookEvent").StartsWith("comment", StringComparison.Ordinal))
                effects.Should().BeEmpty();
            else
                effects.Should().ContainSingle();
        }
    }

    [Test]
    public async Task Odd_events_are_no_fault()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await Start(jira, "KT");
        foreach (var body in new[]
        {
            "{}",
            """{"webhookEvent":"jira:issue_updated"}""",
            """{"webhookEvent":"jira:issue_updated","issue":null}""",
            """{"webhookEvent":"jira:issue_updated","issue":{"id":"1) or (1","key":"KT-1"}}""",
            """{"webhookEvent":"jira:issue_deleted","issue":{"id":"1","key":"KT-1"}}""",
        })
            (await Tell(hub, body, JsonElement.Parse(body).TryGetProperty("webhookEvent", out var name) ? name.GetString() : "jira:issue_updated")).Should().BeEmpty();
        (await Tell(hub, """
            {"webhookEvent":"jira:issue_updated","issue":{"id":"1","key":"KT-1","fields":{
              "updated":"2019-07-04T00:00:00.000+0000","labels":"x","status":7,"assignee":[],"description":{"type":3}}}}
            """)).Should().ContainSingle();
        (await hub.Tickets()).Should().ContainSingle();
    }

    [Test]
    public async Task Events_of_a_deleted_integration_are_ignored()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await Start(jira, "KT");
        (await hub.Http.Delete($"integrations/{hub.Integration}")).Status.Should().Be(204);
        (await Tell(hub, Fixtures.Text(Created))).Should().BeEmpty();
    }

    private static Task<JiraHub> Start(FakeJiraServer jira, string projects) =>
        JiraHub.Start(jira, settings: new() { ["project_key"] = projects }, force: true);

    private static string Body(FakeJiraServer jira, string key, WebhookDetails? details = null, string eventName = "jira:issue_updated") =>
        System.Text.Encoding.UTF8.GetString(jira.WebhookBody(eventName, key, "s", details).Body);

    private static string With(string body, string webhookEvent, string updated, string summary, long? timestamp = null)
    {
        var tree = JsonNode.Parse(body)!;
        tree["webhookEvent"] = webhookEvent;
        tree["issue"]!["fields"]!["updated"] = updated;
        tree["issue"]!["fields"]!["summary"] = summary;
        if (timestamp is not null)
            tree["timestamp"] = timestamp;
        return tree.ToJsonString();
    }

    private static async Task<IList<string>> Tell(JiraHub hub, string body, string? eventType = null)
    {
        var told = Told(hub, body, eventType);
        await hub.Publish(new WebhooksReceived([told]));
        return told.Effects;
    }

    private static WebhookReceived Told(JiraHub hub, string body, string? eventType = null)
    {
        var payload = JsonElement.Parse(body);
        return new WebhookReceived(
            Guid.CreateVersion7(), hub.Integration, "jira", [1, hub.Project], eventType ?? payload.Text("webhookEvent"), DateTimeOffset.UtcNow, payload);
    }
}
