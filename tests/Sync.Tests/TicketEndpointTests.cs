using System.Text.Json;
using FluentAssertions;
using Hub.FakeJira;
using Hub.Sync.Providers;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests;

public class TicketEndpointTests
{
    [Test]
    public async Task Filters_find_what_they_say()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Projects = [("HUB", "Hub"), ("HU_2", "Second")], TimeZone = "UTC" });
        Add("HUB", "Login fails over SSO", "The identity provider answers too late", Status.Done, User.Colleagues[0], "backend", "q3");
        Add("HUB", "Export invoices", "As spreadsheet", Status.Waiting, User.Colleagues[1], "backend");
        Add("HU_2", "Login page in Greek", null, Status.ToDo, null, "frontend", "q3");
        await using var hub = await JiraHub.Start(jira, settings: new() { ["project_key"] = "HUB,HU_2" });
        await hub.Sync();

        await Finds("", "HUB-1", "HUB-2", "HU_2-1");
        await Finds("status=done", "HUB-1");
        await Finds("status=WARTET AUF RÜCKMELDUNG", "HUB-2");
        await Finds("status=nope");
        await Finds("assignee=małgorzata KOWALSKA", "HUB-1");
        await Finds("assignee=m.kowalska@example.com", "HUB-1");
        await Finds($"assignee={User.Colleagues[1].AccountId}", "HUB-2");
        await Finds("labels=backend", "HUB-1", "HUB-2");
        await Finds("labels=backend, q3", "HUB-1");
        await Finds("labels=back");
        await Finds("search=login", "HUB-1", "HU_2-1");
        await Finds("search=login -greek", "HUB-1");
        await Finds("search=\"identity provider\"", "HUB-1");
        await Finds("search=greek or spreadsheet", "HUB-2", "HU_2-1");
        await Finds("search=hub-", "HUB-1", "HUB-2");
        await Finds("search=HUB-2", "HUB-2");
        await Finds("search=hu_", "HU_2-1");
        await Finds("search='; drop table sync.tickets; --\"(");
        await Finds("search=login&labels=q3&status=to do", "HU_2-1");
        await Finds($"updated_since={DateTimeOffset.UtcNow.AddHours(1):O}".Replace("+", "%2B"));
        (await hub.Http.Get($"tickets?project_id={hub.Project}&status=done")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(1);
        (await hub.Http.Get($"tickets?integration_id={hub.Integration}&search=login")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(2);
        (await hub.Http.Get("tickets?integration_id=999")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(0);
        (await hub.Http.Get("tickets?search=a%00b")).Expect(400);
        (await hub.Http.Get("tickets?updated_since=soon")).Expect(400);

        async Task Finds(string filter, params string[] keys)
        {
            var query = Uri.EscapeDataString(filter).Replace("%3D", "=").Replace("%26", "&").Replace("%252B", "%2B");
            (await hub.Keys(query)).Should().Equal(keys, $"of {filter}");
        }

        void Add(string project, string summary, string? description, Status status, User? assignee, params string[] labels) =>
            jira.Issues.Add(project, issue => issue with
            {
                Summary = summary, Description = description, Status = status, Assignee = assignee, Labels = [.. labels],
            });
    }

    [Test]
    public async Task Pages_cover_the_list_once_and_belong_to_their_filter()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 25 });
        await using var hub = await JiraHub.Start(jira);
        await hub.Sync();
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await hub.Http.Get($"tickets?limit=10{(cursor is null ? "" : "&cursor=" + cursor)}")).Expect(200);
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(t => t.Text("key")));
            cursor = page.GetProperty("next_cursor").GetString();
            if (cursor is not null)
                (await hub.Http.Get($"tickets?limit=10&status=done&cursor={cursor}")).Expect(400).Text("code").Should().Be("invalid_cursor");
        }
        while (cursor is not null);
        seen.Should().HaveCount(25).And.OnlyHaveUniqueItems();
    }

    [Test]
    public async Task A_ticket_has_an_etag_that_moves_with_its_changes_only()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 3 });
        await using var hub = await JiraHub.Start(jira);
        await hub.Sync();
        var id = (await hub.Ticket("HUB-1")).Number("id");
        var answer = await hub.Http.Get($"tickets/{id}");
        answer.Expect(200).EnumerateObject().Select(field => field.Name).Should().BeEquivalentTo(
            "id", "integration_id", "provider", "key", "external_id", "project_key", "issue_type", "summary", "description", "description_html", "status",
            "status_category", "priority", "resolution", "assignee", "assignee_id", "reporter", "labels", "due_date", "url", "parent_key", "fields", "created_at", "updated_at", "synced_at", "deleted_at", "version");
        var etag = answer.Response.Headers.ETag!.Tag;
        await hub.Sync();
        (await hub.Http.Ask(HttpMethod.Get, $"tickets/{id}", null, ("If-None-Match", etag))).Status.Should().Be(304);
        jira.UpdateIssue("HUB-1", issue => issue with { Summary = "Other" });
        await hub.Sync("incremental");
        (await hub.Http.Ask(HttpMethod.Get, $"tickets/{id}", null, ("If-None-Match", etag))).Expect(200).Text("summary").Should().Be("Other");
    }

    [Test]
    public async Task Recorded_issues_with_characters_that_postgresql_refuses_are_stored()
    {
        await using var jira = await FakeJiraServer.Start();
        jira.Issues.Add("HUB", issue => issue with
        {
            Summary = "zero \0 and half \ud83d", Description = new string('x', 40_000) + " \0", Labels = ["a\0b"],
        });
        await using var hub = await JiraHub.Start(jira);
        (await hub.Sync()).Number("created").Should().Be(1);
        var ticket = (await hub.Tickets()).Single();
        ticket.Text("summary").Should().NotContain("\0").And.StartWith("zero");
        ticket.Text("description").Should().HaveLength(40_000);
        (await hub.Sync()).Number("unchanged").Should().Be(1);
    }
}
