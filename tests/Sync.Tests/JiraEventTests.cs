using System.Text;
using FluentAssertions;
using Hub.FakeJira;
using Hub.Fakes;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests;

/// <summary>Deliveries of Jira that do not show what they are about: the hub asks Jira, never within the event.</summary>
public sealed class JiraEventTests
{
    private const string Secret = "jira-hub-hook-secret";

    [Test]
    public async Task What_an_event_only_names_is_read_from_Jira()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 4 });
        await using var hub = await Start(jira, new() { ["project_key"] = "HUB" });
        (await hub.Http.Patch($"integrations/{hub.Integration}", new { configuration = new { sync_comments = true } })).Expect(200);
        await hub.Sync();
        var thin = jira.Issues.Add("HUB", issue => issue with { Summary = "Only named" });
        var foreign = jira.Issues.Add("PAY");
        (await Deliver(hub, "jira:issue_created", $$$"""{"issue":{"id":"{{{thin.Id}}}","key":"{{{thin.Key}}}"}}"""))
            .Should().ContainSingle().Which.Should().Contain("is read from Jira");
        await HubFixture.Eventually(() => hub.Keys(), keys => keys.Contains(thin.Key), "the issue is here");
        (await hub.Ticket(thin.Key)).Text("summary").Should().Be("Only named");

        var talked = jira.Issues.Add("HUB");
        const string Comment = """{"comment":{"id":"7","self":"x","body":"Hello","updated":"2026-11-28T10:00:00.000+0000"},"issue":{"id":"ISSUE"}}""";
        (await Deliver(hub, "comment_created", Comment.Replace("ISSUE", $"{talked.Id}", StringComparison.Ordinal)))
            .Should().ContainSingle().Which.Should().Contain("was not known");
        await HubFixture.Eventually(() => hub.Keys(), keys => keys.Contains(talked.Key), "the issue of the comment is here");

        (await Deliver(hub, "comment_created", Comment.Replace("ISSUE", $"{foreign.Id}", StringComparison.Ordinal)))
            .Should().ContainSingle("Jira alone knows whose it is");
        await HubFixture.Eventually(() => hub.Sql<long>("select count(*) from sync.wanted_records"), left => left == 0, "all is read");
        (await hub.Keys()).Should().NotContain(foreign.Key, "another project's issue is none of ours");
    }

    [Test]
    public async Task Jira_that_does_not_answer_is_asked_again()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 1 });
        var clock = new FakeTime(DateTimeOffset.UtcNow);
        await using var hub = await Start(jira, [], setup => setup.Time = clock);
        await hub.Sync();
        var thin = jira.Issues.Add("HUB");
        jira.Faults.Next("/rest/api/3/issue/bulkfetch", Fault.Html(502));
        await Deliver(hub, "jira:issue_created", $$$"""{"issue":{"id":"{{{thin.Id}}}","key":"{{{thin.Key}}}"}}""");
        await HubFixture.Eventually(
            () => hub.Sql<long>("select count(*) from sync.wanted_records where attempts = 1 and next_attempt_at < now() + interval '1 minute'"),
            left => left == 1, "it failed once");
        clock.Advance(TimeSpan.FromSeconds(10));
        await HubFixture.Eventually(() => hub.Keys(), keys => keys.Contains(thin.Key), "the issue is here");
    }

    [Test]
    public async Task A_renamed_sprint_is_read_again_only_where_tickets_show_it()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 40 });
        await using var hub = await Start(jira, []);
        await hub.Sync();
        const string Renamed = """{"sprint":{"id":42,"name":"Sprint 8","state":"active","originBoardId":1}}""";
        (await Deliver(hub, "sprint_updated", Renamed)).Should().BeEmpty("no ticket shows sprints");

        var mappings = new { configuration = new { field_mappings = new { sprint = "customfield_10020" } } };
        (await hub.Http.Patch($"integrations/{hub.Integration}", mappings)).Expect(200);
        await hub.Sync();
        const string Showing = "select count(*) from sync.tickets where fields::text like '%Sprint 8%'";
        await HubFixture.Eventually(() => hub.Sql<long>("select count(*) from sync.remaps"), left => left == 0, "the mapping is applied");
        var showing = await hub.Sql<long>(Showing);
        showing.Should().BePositive();
        // As if it had been called so until now: Jira gives the issues no new time of update.
        await hub.Sql<int>("""
            update sync.tickets set fields = replace(fields::text, 'Sprint 8', 'Old name')::jsonb, content_hash = '' where fields::text like '%Sprint 8%';
            select 0
            """);
        (await Deliver(hub, "sprint_updated", Renamed)).Should().ContainSingle().Which.Should().Contain("sprint = 42");
        await HubFixture.Eventually(() => hub.Sql<long>(Showing), count => count == showing, "tickets show the new name");
        (await hub.Sql<string>("select jql from sync.runs where sync_type = 'manual'")).Should().Be("sprint = 42");
        (await Deliver(hub, "sprint_updated", """{"sprint":{"id":"42) or (project = PAY"}}""")).Should().BeEmpty("a number and nothing else goes into a query");
    }

    [Test]
    public async Task A_deleted_project_deletes_nothing_by_itself_and_many_issues_wait_for_a_person()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 40 });
        await using var hub = await Start(jira, []);
        await hub.Sync();
        const string Deleted = """{"project":{"id":10001,"key":"PAY","name":"Payments"}}""";
        var before = await hub.Keys();
        (await Deliver(hub, "project_created", Deleted)).Should().BeEmpty();
        (await Deliver(hub, "project_deleted", """{"project":{"id":1,"key":"ELSEWHERE"}}""")).Should().BeEmpty();
        (await Deliver(hub, "project_deleted", Deleted)).Should().ContainSingle().Which.Should().Contain("compares the ids");
        await Compared(hub, 1, "completed");
        (await hub.Keys()).Should().BeEquivalentTo(before, "Jira still has them");

        foreach (var key in before.Where(key => key.StartsWith("PAY-", StringComparison.Ordinal)))
            jira.Issues.Delete(key);
        await Deliver(hub, "project_deleted", Deleted.Replace("Payments", "Gone", StringComparison.Ordinal));
        await Compared(hub, 1, "quarantined");
        (await hub.Keys()).Should().BeEquivalentTo(before);
    }

    private static Task<long> Compared(JiraHub hub, long runs, string status) => HubFixture.Eventually(
        () => hub.Sql<long>("select count(*) from sync.runs where requested_by = 'webhook: project_deleted' and status = @status", new { status }),
        count => count == runs, $"the comparison is {status}");

    private static Task<JiraHub> Start(FakeJiraServer jira, Dictionary<string, string> settings, Action<HubSetup>? customise = null) =>
        JiraHub.Start(jira, customise, new(settings) { ["webhook_secret"] = Secret });

    private static async Task<string[]> Deliver(JiraHub hub, string name, string members)
    {
        var body = $$"""{"timestamp":{{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}},"webhookEvent":"{{name}}",{{members[1..]}}""";
        var address = await hub.Hub.Address(hub.Integration);
        var id = await hub.Hub.Deliver(address, body, ("X-Hub-Signature", Hub.Fakes.WebhookSignature.Of(Secret, Encoding.UTF8.GetBytes(body))));
        return [.. (await hub.Hub.Ended(id)).Effects()];
    }
}
