using System.Globalization;
using System.Net;
using System.Text.Json;
using FluentAssertions;
using Hub.FakeJira;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Host.Tests.FakeJira;

public sealed class IssueTests
{
    FakeJiraServer jira = null!;
    JiraCaller caller = null!;

    [SetUp]
    public async Task Start()
    {
        var clock = new FakeTime(DateTimeOffset.Parse("2026-11-20T15:11:12.345Z", CultureInfo.InvariantCulture));
        jira = await FakeJiraServer.Start(new FakeJiraOptions { Clock = clock, Issues = 60 });
        caller = new JiraCaller(jira);
    }

    [TearDown]
    public async Task Stop()
    {
        caller.Dispose();
        await jira.DisposeAsync();
    }

    [Test]
    public async Task An_issue_has_the_shape_of_a_recorded_one()
    {
        var line = File.ReadLines(Fixtures.Locate("jira/rest/devlake/issues.jsonl")).First();
        var recorded = JsonSerializer.Deserialize<JsonElement>(line).GetProperty("fields");
        var issue = (await caller.Get("/rest/api/2/issue/HUB-3")).Json;
        var fields = issue.GetProperty("fields");
        foreach (var name in new[] { "project", "status", "issuetype", "priority", "reporter", "creator" })
        {
            if (!recorded.TryGetProperty(name, out var like) || like.ValueKind != JsonValueKind.Object) continue;
            var optional = new[] { "avatarUrls", "iconUrl", "avatarId", "entityId", "emailAddress", "simplified" };
            var known = fields.GetProperty(name).EnumerateObject().Select(p => p.Name).Concat(optional);
            known.Should().Contain(like.EnumerateObject().Select(p => p.Name), name);
        }

        DateTimeOffset.ParseExact(fields.GetProperty("updated").GetString()!, "yyyy-MM-ddTHH:mm:ss.fffzzz", CultureInfo.InvariantCulture)
            .Should().Be(jira.Issues["HUB-3"].Updated);
    }

    [Test]
    public async Task Times_carry_the_offset_of_the_account_without_a_colon()
    {
        jira.UpdateIssue("HUB-1", i => i with { Summary = "touched" });
        var fields = (await caller.Get("/rest/api/3/issue/HUB-1")).Json.GetProperty("fields");
        fields.GetProperty("updated").GetString().Should().Be("2026-11-20T10:11:12.345-0500");
    }

    [Test]
    public async Task Rich_text_is_a_document_in_the_third_version_and_markup_in_the_second()
    {
        const string text = "h2. Schritte\n\n* öffnen\n* schließen\n\n{code}\na < b\n{code}\n\nzwei\nZeilen";
        jira.UpdateIssue("HUB-1", i => i with { Description = text });
        var document = (await caller.Get("/rest/api/3/issue/HUB-1?fields=description")).Json.GetProperty("fields").GetProperty("description");
        document.GetProperty("content").EnumerateArray().Select(b => b.GetProperty("type").GetString())
            .Should().Equal("heading", "bulletList", "codeBlock", "paragraph");
        (await caller.Get("/rest/api/2/issue/HUB-1")).Json.GetProperty("fields").GetProperty("description").GetString().Should().Be(text);

        var edited = await caller.Send("PUT", "/rest/api/3/issue/HUB-2", new { fields = new { description = document } });
        edited.Status.Should().Be(HttpStatusCode.NoContent);
        jira.Issues["HUB-2"].Description.Should().Be(text);
        var wrong = await caller.Send("PUT", "/rest/api/3/issue/HUB-2", new { fields = new { description = "plain" } });
        wrong.Json.GetProperty("errors").GetProperty("description").GetString().Should().Contain("Atlassian Document");
    }

    [Test]
    public async Task An_issue_can_be_created_edited_moved_through_the_workflow_commented_and_deleted()
    {
        var bug = new { project = new { key = "PAY" }, issuetype = new { id = "10004" }, summary = "Neu" };
        var created = await caller.Post("/rest/api/2/issue", new { fields = bug });
        created.Status.Should().Be(HttpStatusCode.Created);
        var at = $"/rest/api/2/issue/{created.Json.GetProperty("key").GetString()}";
        var steps = (await caller.Get($"{at}/transitions")).Json.GetProperty("transitions").EnumerateArray()
            .ToDictionary(t => t.GetProperty("to").GetProperty("name").GetString()!, t => t.GetProperty("id").GetString());
        (await caller.Post($"{at}/transitions", new { transition = new { id = steps["Done"] } })).Status.Should().Be(HttpStatusCode.NoContent);
        (await caller.Post($"{at}/transitions", new { transition = new { id = steps["Done"] } })).Status.Should().Be(HttpStatusCode.BadRequest);
        (await caller.Post($"{at}/comment", new { body = "fertig" })).Status.Should().Be(HttpStatusCode.Created);
        (await caller.Send("PUT", at, new { update = new { labels = new[] { new { add = "x" } } } })).Status.Should().Be(HttpStatusCode.NoContent);
        var fields = (await caller.Get(at)).Json.GetProperty("fields");
        fields.GetProperty("status").GetProperty("statusCategory").GetProperty("key").GetString().Should().Be("done");
        fields.GetProperty("labels")[0].GetString().Should().Be("x");
        (await caller.Get($"{at}/comment")).Json.GetProperty("comments")[0].GetProperty("body").GetString().Should().Be("fertig");
        (await caller.Send("DELETE", at)).Status.Should().Be(HttpStatusCode.NoContent);
        (await caller.Get(at)).Status.Should().Be(HttpStatusCode.NotFound);
    }

    [Test]
    public async Task A_missing_summary_is_named_in_the_errors()
    {
        var answer = await caller.Post("/rest/api/2/issue", new { fields = new { project = new { key = "PAY" }, issuetype = new { id = "10004" } } });
        answer.Status.Should().Be(HttpStatusCode.BadRequest);
        answer.Json.GetProperty("errors").TryGetProperty("summary", out _).Should().BeTrue();
    }

    [TestCase(Deployment.Cloud, "fields")]
    [TestCase(Deployment.Server, "values")]
    public async Task The_create_screen_names_its_list_as_the_product_does(Deployment deployment, string name)
    {
        await using var site = await FakeJiraServer.Start(new FakeJiraOptions { Deployment = deployment });
        using var visitor = new JiraCaller(site);
        var screen = (await visitor.Get("/rest/api/2/issue/createmeta/HUB/issuetypes/10004")).Json;
        screen.GetProperty(name).EnumerateArray().Select(f => f.GetProperty("fieldId").GetString()).Should().Contain("summary");
    }
}
