using System.Text;
using System.Text.Json;
using FluentAssertions;
using Hub.FakeJira;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests;

/// <summary>Files of tickets, as the export writes them, into the store of another hub or of the same one.</summary>
public sealed class ImportTests
{
    private const string Line = """{"external_id":"10042","key":"HUB-42","summary":"From afar","status":"Open","updated_at":"2026-01-31T12:00:00Z","labels":["b","a","a"]}""";

    [TestCase("csv")]
    [TestCase("ndjson")]
    public async Task A_hub_takes_in_what_another_gave_out(string format)
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 620 });
        jira.UpdateIssue("HUB-1", issue => issue with { Summary = "=1+1, \"quoted\"\nand ünïcode 🚀" });
        await using var there = await JiraHub.Start(jira);
        await there.Sync();
        var file = (await there.Http.Get($"projects/{there.Project}/jira-tickets/export?format={format}")).Text;
        await using var here = await JiraHub.Start(jira);

        (await Import(here, file, format)).Expect(200).GetRawText().Should().Be("""{"processed":620,"created":620,"updated":0,"unchanged":0,"skipped":0}""");

        (await here.Tickets()).Select(Told).Should().BeEquivalentTo((await there.Tickets()).Select(Told));
        here.Heard.Tickets.Should().HaveCount(620);
        (await Import(here, file, format)).Expect(200).GetRawText().Should().Be("""{"processed":620,"created":0,"updated":0,"unchanged":620,"skipped":0}""");
        (await Import(there, file, format)).Expect(200).Number("unchanged").Should().Be(620, "what Jira told is more than the file does");
        jira.Requests.All.Should().NotContain(request => request.Path.Contains("/issue"), "nothing is sent to Jira");
        (await here.Http.Get($"audit?action=tickets.imported&target_id={here.Integration}")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(2);
    }

    [Test]
    public async Task A_newer_state_is_taken_and_a_deleted_ticket_left_out()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 0 });
        await using var hub = await JiraHub.Start(jira);
        (await Import(hub, Line)).Expect(200).Number("created").Should().Be(1);

        var file = $$"""

            {{Line.Replace("From afar", "Newer", StringComparison.Ordinal).Replace("12:00", "13:00", StringComparison.Ordinal)}}
            {{Line.Replace("From afar", "Newest", StringComparison.Ordinal).Replace("12:00", "14:00", StringComparison.Ordinal)}}
            {"external_id":"10043","key":"HUB-43","summary":"Gone","updated_at":"2026-01-31T12:00:00Z","deleted_at":"2026-01-31T12:00:00Z"}
            """;
        (await Import(hub, file)).Expect(200).GetRawText().Should().Be("""{"processed":3,"created":0,"updated":1,"unchanged":1,"skipped":1}""");

        var ticket = (await hub.Tickets("deleted=true")).Should().ContainSingle().Subject;
        ticket.Text("summary").Should().Be("Newest");
        ticket.Text("project_key").Should().Be("HUB");
        ticket.GetProperty("labels").EnumerateArray().Select(label => label.GetString()).Should().Equal("a", "b");
    }

    [Test]
    public async Task A_sync_goes_on_from_what_was_imported_and_a_new_mapping_leaves_its_fields()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 20 });
        await using var hub = await JiraHub.Start(jira);
        var known = jira.Issues.All[0];
        var imported = Line.Replace("10042", $"{known.Id}", StringComparison.Ordinal).Replace("HUB-42", known.Key, StringComparison.Ordinal)
            .Replace("2026-01-31", "2001-01-31", StringComparison.Ordinal).Replace("\"status\"", "\"fields\":{\"points\":8},\"status\"", StringComparison.Ordinal);
        (await Import(hub, imported)).Expect(200).Number("created").Should().Be(1);

        (await hub.Http.Patch($"integrations/{hub.Integration}", new { configuration = new { field_mappings = new { points = "customfield_10016" } } })).Expect(200);
        await HubFixture.Eventually(() => hub.Sql<long>("select count(*) from sync.tickets where mapping_hash is not null"), count => count == 1, "the ticket was mapped anew");
        (await hub.Ticket(known.Key)).GetProperty("fields").Number("points").Should().Be(8);

        (await hub.Sync()).Counts().Should().Be((19, 1, 0, 0));
        (await hub.Ticket(known.Key)).Text("summary").Should().Be(known.Summary);
    }

    [Test]
    public async Task What_is_wrong_is_named_by_line_and_member_and_nothing_is_written()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 0 });
        await using var hub = await JiraHub.Start(jira);
        var file = $$"""
            {{Line}}
            {"external_id":"1 or 1=1","key":"nokey","url":"javascript:alert(1)","labels":["two words"],"updated_at":"9999-01-01T00:00:00Z","summary":"x"}
            {"external_id":"10044","key":"HUB-44","summary":5,"updated_at":"2026-01-31T12:00:00Z"}
            {"external_id":"10045",
            {"external_id":"10046","key":"HUB-46","summary":"x","updated_at":"2026-01-31T12:00:00Z","colour":"red"}
            {"key":"HUB-47"}
            {"external_id":"10048","key":"HUB-48\n","summary":"x","updated_at":"2026-01-31T12:00:00Z"}
            """;

        var errors = (await Import(hub, file)).Expect(400).GetProperty("errors");

        errors.EnumerateObject().Select(error => error.Name).Should().BeEquivalentTo(
            "lines[2].external_id", "lines[2].key", "lines[2].url", "lines[2].labels[0]", "lines[2].updated_at", "lines[3].summary", "lines[4]", "lines[5].colour",
            "lines[6].external_id", "lines[6].summary", "lines[6].updated_at", "lines[7].key");
        errors.GetProperty("lines[7].key")[0].GetString().Should().Be("must be the issue's key, such as ENG-12");
        (await hub.Tickets()).Should().BeEmpty();
        (await Import(hub, "key,external_id,summary,updated_at,colour\nHUB-1,1,x,2026-01-31T12:00:00Z,red\n", "csv")).Expect(400).Text("code").Should().Be("unknown_field");
        (await Import(hub, "key,external_id,summary,updated_at,fields\nHUB-1,1,x,2026-01-31T12:00:00Z,{\n", "csv")).Expect(400)
            .GetProperty("errors").TryGetProperty("lines[1]", out _).Should().BeTrue();
        foreach (var cut in new[] { "HUB-1,1", "HUB-1,1,\"x,2026-01-31T12:00:00Z\n", "HUB-1,1,\"x\"y,2026-01-31T12:00:00Z\n" })
            (await Import(hub, "key,external_id,summary,updated_at\n" + cut, "csv")).Expect(400).GetProperty("errors").TryGetProperty("lines[1]", out _).Should().BeTrue(cut);
        (await Import(hub, "", "csv")).Expect(200).Number("processed").Should().Be(0);
    }

    [Test]
    public async Task Who_may_not_and_what_cannot_is_refused()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 0 });
        await using var hub = await JiraHub.Start(jira);
        (await Import(hub, Line, "xlsx")).Expect(400).GetProperty("errors").TryGetProperty("format", out _).Should().BeTrue();
        (await Send(hub.Http, $"projects/{hub.Project}/jira-tickets/import", Line, "text/plain")).Expect(415);
        (await Send(hub.Http, $"projects/{hub.Project}/jira-tickets/import", Line, "application/x-ndjson; charset=utf-8")).Expect(200);
        var bare = await hub.Hub.CreateProject("Bare");
        (await Send(hub.Http, $"projects/{bare}/jira-tickets/import", Line, "application/x-ndjson")).Expect(409).Text("code").Should().Be("not_configured");
        var viewer = await hub.Hub.ClientWith("viewer", hub.Project);
        (await Send(viewer, $"projects/{hub.Project}/jira-tickets/import", Line, "application/x-ndjson")).Expect(403);
        (await Send(viewer, $"projects/{bare}/jira-tickets/import", Line, "application/x-ndjson")).Status.Should().BeOneOf(403, 404);
    }

    private static string Told(JsonElement ticket) => string.Join('|', ticket.EnumerateObject()
        .Where(member => member.Name is not ("id" or "integration_id" or "synced_at" or "version" or "description_html" or "assignee_id"))
        .Select(member => $"{member.Name}={member.Value.GetRawText()}"));

    private static Task<Answer> Import(JiraHub hub, string file, string format = "ndjson") =>
        Send(hub.Http, $"projects/{hub.Project}/jira-tickets/import?format={format}", file, format is "csv" ? "text/csv" : "application/x-ndjson");

    private static async Task<Answer> Send(HttpClient http, string path, string file, string type)
    {
        using var content = new StringContent(file, Encoding.UTF8);
        content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type);
        var response = await http.PostAsync(new Uri(path, UriKind.Relative), content);
        return new Answer(response, await response.Content.ReadAsStringAsync());
    }
}
