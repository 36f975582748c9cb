using System.Net;
using System.Text.Json;
using FluentAssertions;
using Hub.FakeJira;
using NUnit.Framework;

namespace Hub.Host.Tests.FakeJira;

public sealed class ScreenTests
{
    FakeJiraServer jira = null!;
    JiraCaller caller = null!;

    [SetUp]
    public async Task Start()
    {
        jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 4 });
        caller = new JiraCaller(jira);
    }

    [TearDown]
    public async Task Stop()
    {
        caller.Dispose();
        await jira.DisposeAsync();
    }

    [TestCase(Deployment.Cloud, "issueTypes", "fields")]
    [TestCase(Deployment.Server, "values", "values")]
    public async Task The_create_screen_lists_types_and_fields_as_the_product_does(Deployment deployment, string types, string fields)
    {
        await using var site = await FakeJiraServer.Start(new FakeJiraOptions { Deployment = deployment });
        using var visitor = new JiraCaller(site);
        site.Screens.Require("Bug", "Severity");
        var listed = (await visitor.Get("/rest/api/2/issue/createmeta/HUB/issuetypes")).Json;
        listed.GetProperty(types).EnumerateArray().Select(t => t.GetProperty("name").GetString()).Should().Contain(["Bug", "Epic"]);
        listed.TryGetProperty("isLast", out _).Should().Be(deployment == Deployment.Server);
        var screen = (await visitor.Get("/rest/api/2/issue/createmeta/HUB/issuetypes/10004")).Json.GetProperty(fields).EnumerateArray()
            .ToDictionary(f => f.GetProperty("fieldId").GetString()!);
        screen["customfield_10034"].GetProperty("required").GetBoolean().Should().BeTrue();
        screen["customfield_10034"].GetProperty("allowedValues").EnumerateArray().Select(v => v.GetProperty("value").GetString()).Should().Equal("Critical", "Major", "Geringfügig");
        screen["customfield_10035"].GetProperty("allowedValues")[0].GetProperty("children").GetArrayLength().Should().Be(2);
        screen["priority"].GetProperty("defaultValue").GetProperty("name").GetString().Should().Be("Medium");
        (await visitor.Get("/rest/api/2/issue/createmeta/HUB/issuetypes?maxResults=201")).Status.Should().Be(HttpStatusCode.BadRequest);
    }

    [Test]
    public async Task Every_kind_of_custom_field_can_be_written_and_is_shown_in_its_shape()
    {
        var person = User.Colleagues[2].AccountId;
        var steps = new { type = "doc", version = 1, content = new[] { new { type = "paragraph", content = new[] { new { type = "text", text = "log in" } } } } };
        var created = await Create(new()
        {
            ["customfield_10016"] = 3.5, ["customfield_10020"] = 42, ["customfield_10030"] = "ACME", ["customfield_10031"] = "2026-12-24",
            ["customfield_10032"] = new { accountId = person }, ["customfield_10033"] = new[] { new { accountId = person } },
            ["customfield_10034"] = new { value = "Major" }, ["customfield_10035"] = new { id = "10200", child = new { value = "Germany" } },
            ["customfield_10036"] = new[] { new { id = "10111" } }, ["customfield_10037"] = new[] { "a", "b" }, ["customfield_10038"] = steps,
            ["customfield_10039"] = "2026-11-20T10:00:00.000+0100",
        });
        created.Status.Should().Be(HttpStatusCode.Created, created.Body);
        var key = created.Json.GetProperty("key").GetString();
        var fields = (await caller.Get($"/rest/api/3/issue/{key}")).Json.GetProperty("fields");
        fields.GetProperty("customfield_10016").GetDouble().Should().Be(3.5);
        fields.GetProperty("customfield_10020")[0].GetProperty("state").GetString().Should().Be("active");
        fields.GetProperty("customfield_10032").GetProperty("displayName").GetString().Should().Be("佐藤 健");
        fields.GetProperty("customfield_10033").GetArrayLength().Should().Be(1);
        fields.GetProperty("customfield_10034").GetProperty("id").GetString().Should().Be("10102");
        fields.GetProperty("customfield_10035").GetProperty("child").GetProperty("value").GetString().Should().Be("Germany");
        fields.GetProperty("customfield_10036")[0].GetProperty("value").GetString().Should().Be("iOS");
        fields.GetProperty("customfield_10037").EnumerateArray().Select(v => v.GetString()).Should().Equal("a", "b");
        fields.GetProperty("customfield_10038").GetProperty("type").GetString().Should().Be("doc");
        fields.GetProperty("customfield_10039").GetString().Should().Be("2026-11-20T04:00:00.000-0500");
        (await caller.Get($"/rest/api/2/issue/{key}")).Json.GetProperty("fields").GetProperty("customfield_10038").GetString().Should().Be("log in");
        (await caller.Walk("Severity = Major and cf[10016] > 3")).Single().Should().Contain(key);
    }

    [Test]
    public async Task All_that_is_wrong_is_told_at_once_by_field()
    {
        jira.Screens.Require("Bug", "Go-live");
        jira.Screens.Remove("Bug", "Kunde");
        var refused = await Create(new()
        {
            ["summary"] = " ", ["priority"] = new { name = "Urgent" }, ["labels"] = new[] { "two words" }, ["customfield_10016"] = "three", ["customfield_10030"] = "ACME",
            ["customfield_10032"] = new { accountId = "nobody" }, ["customfield_10034"] = new { value = "Mild" }, ["customfield_10036"] = "Web", ["customfield_10038"] = "plain",
            ["components"] = "API",
        });
        refused.Status.Should().Be(HttpStatusCode.BadRequest);
        var errors = refused.Json.GetProperty("errors").EnumerateObject().ToDictionary(e => e.Name, e => e.Value.GetString());
        errors.Keys.Should().BeEquivalentTo("summary", "priority", "labels", "components", "customfield_10016", "customfield_10030", "customfield_10031", "customfield_10032",
            "customfield_10034", "customfield_10036", "customfield_10038");
        errors["customfield_10031"].Should().Be("Go-live is required.");
        errors["customfield_10034"].Should().Be("Option value 'Mild' is not valid");
        jira.Issues.Count.Should().Be(4);
    }

    [Test]
    public async Task Entity_properties_come_with_a_new_issue_and_can_be_read_back()
    {
        var fields = new { project = new { key = "HUB" }, issuetype = new { name = "Task" }, summary = "Marked" };
        var created = await caller.Post("/rest/api/3/issue", new { fields, properties = new[] { new { key = "hub", value = new { marker = "7" } } } });
        var at = $"/rest/api/3/issue/{created.Json.GetProperty("id").GetString()}";
        (await caller.Get($"{at}/properties/hub")).Json.GetProperty("value").GetProperty("marker").GetString().Should().Be("7");
        var found = await caller.Post("/rest/api/3/search/jql", new { jql = "summary ~ Marked", fields = new[] { "summary" }, properties = new[] { "hub" } });
        found.Json.GetProperty("issues")[0].GetProperty("properties").GetProperty("hub").GetProperty("marker").GetString().Should().Be("7");
        var before = jira.Issues[created.Json.GetProperty("key").GetString()!].Updated;
        (await caller.Send("PUT", $"{at}/properties/other", "[1]")).Status.Should().Be(HttpStatusCode.Created);
        (await caller.Send("DELETE", $"{at}/properties/hub")).Status.Should().Be(HttpStatusCode.NoContent);
        (await caller.Get($"{at}/properties")).Json.GetProperty("keys").EnumerateArray().Single().GetProperty("key").GetString().Should().Be("other");
        jira.Issues[created.Json.GetProperty("key").GetString()!].Updated.Should().Be(before);
    }

    [Test]
    public async Task A_sub_task_needs_a_parent_and_an_account_the_permission()
    {
        var fields = new { project = new { key = "HUB" }, issuetype = new { name = "Sub-task" }, summary = "Part" };
        (await caller.Post("/rest/api/3/issue", new { fields })).Json.GetProperty("errors").GetProperty("issuetype").GetString().Should().Contain("parent");
        jira.Auth.Denied = ["CREATE_ISSUES"];
        (await Create([])).Json.GetProperty("errors").GetProperty("project").GetString().Should().Contain("cannot create");
        (await caller.Get("/rest/api/3/mypermissions?permissions=CREATE_ISSUES,BROWSE_PROJECTS")).Json.GetProperty("permissions").EnumerateObject()
            .Select(p => p.Value.GetProperty("havePermission").GetBoolean()).Should().Equal(false, true);
    }

    [Test]
    public async Task A_transition_can_need_a_screen_a_condition_and_a_permission()
    {
        const string at = "/rest/api/3/issue/HUB-1/transitions";
        jira.UpdateIssue("HUB-1", i => i with { Status = Status.ToDo });
        jira.Workflow.RequireResolution = true;
        var close = (await Steps("?expand=transitions.fields")).Single(t => t.GetProperty("name").GetString() == "Close");
        close.GetProperty("hasScreen").GetBoolean().Should().BeTrue();
        close.GetProperty("fields").GetProperty("resolution").GetProperty("allowedValues").GetArrayLength().Should().Be(3);
        var step = new { id = "41" };
        (await caller.Post(at, new { transition = step })).Json.GetProperty("errors").GetProperty("resolution").GetString().Should().Be("Resolution is required.");
        (await caller.Post(at, new { transition = step, fields = new { resolution = new { name = "Won't Do" } } })).Status.Should().Be(HttpStatusCode.NoContent);
        jira.Issues["HUB-1"].Resolution.Should().Be(Resolution.WontDo);

        jira.Workflow.Allows = (_, to) => to == Status.InProgress;
        (await Steps()).Select(t => t.GetProperty("id").GetString()).Should().Equal("21");
        (await Steps("?includeUnavailableTransitions=true")).Should().HaveCount(4).And.Contain(t => !t.GetProperty("isAvailable").GetBoolean());
        (await caller.Post(at, new { transition = new { id = "11" } })).Status.Should().Be(HttpStatusCode.BadRequest);
        jira.Auth.Denied = ["TRANSITION_ISSUES"];
        (await Steps()).Should().BeEmpty("without the permission there is nothing to choose from, and no error");

        async Task<JsonElement[]> Steps(string query = "") => [.. (await caller.Get(at + query)).Json.GetProperty("transitions").EnumerateArray()];
    }

    [Test]
    public async Task Of_two_transitions_at_once_one_is_refused()
    {
        jira.UpdateIssue("HUB-1", i => i with { Status = Status.ToDo });
        jira.Workflow.BeforeStep = issue => jira.UpdateIssue(issue.Key, i => i with { Status = Status.InReview });
        var answer = await caller.Post("/rest/api/3/issue/HUB-1/transitions", new { transition = new { id = "41" } });
        answer.Status.Should().Be(HttpStatusCode.Conflict);
        jira.Issues["HUB-1"].Status.Should().Be(Status.InReview);
    }

    Task<Answer> Create(Dictionary<string, object> fields)
    {
        var all = new Dictionary<string, object> { ["project"] = new { key = "HUB" }, ["issuetype"] = new { name = "Bug" }, ["summary"] = "New" };
        foreach (var (name, value) in fields) all[name] = value;
        return caller.Post("/rest/api/3/issue", new { fields = all });
    }
}
