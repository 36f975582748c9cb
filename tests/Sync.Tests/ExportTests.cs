using System.Globalization;
using CsvHelper;
using FluentAssertions;
using Hub.FakeJira;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests;

public class ExportTests
{
    [Test]
    public async Task Every_ticket_is_in_the_file_and_no_cell_is_a_formula()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 450 });
        await using var hub = await JiraHub.Start(jira);
        jira.UpdateIssue("HUB-1", issue => issue with { Summary = "=1+1, \"quoted\"\nand more" });
        await hub.Sync();

        var lines = (await hub.Http.Get($"projects/{hub.Project}/jira-tickets/export?format=ndjson")).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Select(line => System.Text.Json.JsonElement.Parse(line).Text("key")).Should().OnlyHaveUniqueItems().And.HaveCount(450);

        var answer = await hub.Http.Get($"projects/{hub.Project}/jira-tickets/export?format=csv");
        answer.Response.Content.Headers.ContentType!.MediaType.Should().Be("text/csv");
        answer.Response.Content.Headers.ContentDisposition!.FileName.Should().Be($"project-{hub.Project}-tickets.csv");
        using var csv = new CsvReader(new StringReader(answer.Text), CultureInfo.InvariantCulture);
        var rows = csv.GetRecords<dynamic>().Select(row => (IDictionary<string, object>)row).ToArray();
        rows.Should().HaveCount(450);
        rows.Single(row => (string)row["key"] == "HUB-1")["summary"].Should().Be("'=1+1, \"quoted\"\nand more");
        (await hub.Http.Get($"projects/{hub.Project}/jira-tickets/export?format=ndjson&search=HUB-1")).Text.Should().Contain("HUB-1");
    }

    [Test]
    public async Task What_is_wrong_is_a_problem_and_no_empty_file()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 1 });
        await using var hub = await JiraHub.Start(jira);
        (await hub.Http.Get($"projects/{hub.Project}/jira-tickets/export?format=xlsx")).Expect(400).GetProperty("errors").TryGetProperty("format", out _).Should().BeTrue();
        (await hub.Http.Get("projects/99999/jira-tickets/export")).Expect(404);
    }
}
