using FluentAssertions;
using Hub.FakeJira;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Sync.Tests.Writing;

public class DraftTicketTests
{
    [Test]
    public async Task A_prompt_becomes_a_ticket_through_the_model_of_the_scope()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var model = await FakeModel.Start();
        await using var hub = await TicketHub.Start(jira);
        (await Draft(hub)).Expect(409).Text("detail").Should().Be("OpenAI integration not configured. Configure it at /integrations.");
        (await hub.Http.Post("integrations", new
        {
            scope_id = 1, name = "Models", integration_type = "openai", configuration = new { api_key = FakeModel.Key, base_url = model.Url, default_model = "tiny-1" },
        })).Expect(201);
        model.Says(new { summary = "Printer burns", description = "Third floor.", issue_type = "Bug", priority = "High", labels = new[] { "office", "fire" } });

        var draft = (await Draft(hub, dryRun: true)).Expect(200).GetProperty("draft");
        draft.Text("summary").Should().Be("Printer burns");
        draft.Text("issue_type").Should().Be("Bug");
        draft.Text("project_key").Should().Be("HUB");
        jira.Sent().Should().Be(0);
        (await hub.Create(draft.GetRawText())).Expect(201).Text("key").Should().Be("HUB-1", "a draft is what POST /tickets takes");

        var ticket = (await Draft(hub, key: "one")).Expect(201);
        ticket.Text("priority").Should().Be("High");
        ticket.Strings("labels").Should().Equal("fire", "office");
        (await Draft(hub, key: "one")).Expect(201).Number("id").Should().Be(ticket.Number("id"));
        var asked = model.Requests.Last();
        asked.Text("model").Should().Be("tiny-1");
        asked.GetProperty("messages")[1].Text("content").Should().Contain("The printer burns!");
        var schema = asked.GetProperty("response_format").GetProperty("json_schema").GetProperty("schema").GetProperty("properties");
        schema.GetProperty("issue_type").Strings("enum").Should().Contain("Story").And.NotContain("Sub-task");
        schema.GetProperty("priority").Strings("enum").Should().Contain("Lowest");
        model.Requests.Should().HaveCount(2);
        jira.Issues.Count.Should().Be(2);
    }

    [Test]
    public async Task What_a_model_says_is_not_believed()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var model = await FakeModel.Start();
        await using var hub = await TicketHub.Start(jira);
        await Connect(hub, model);
        model.Says(new
        {
            summary = new string('x', 400) + "\nsecond line", description = "", issue_type = "Nuclear", priority = "Apocalyptic",
            labels = new object[] { "Two words", "ok", "ok", 7, "hub-0123456789abcdef", new string('l', 300) }, assignee = "root", fields = new { evil = true },
        });
        var draft = (await Draft(hub, dryRun: true)).Expect(200).GetProperty("draft");
        draft.Text("summary").Should().HaveLength(255);
        draft.Text("issue_type").Should().Be("Task");
        draft.GetProperty("priority").ValueKind.Should().Be(System.Text.Json.JsonValueKind.Null);
        draft.GetProperty("assignee").ValueKind.Should().Be(System.Text.Json.JsonValueKind.Null);
        draft.Strings("labels").Should().Equal("Two-words", "ok", "7");
        (await Draft(hub)).Expect(201).Text("summary").Should().HaveLength(255);

        model.SaysText("I am sorry, Dave.");
        (await Draft(hub)).Expect(502).Text("detail").Should().Contain("not JSON");
        model.SaysText("Here it is:\n```json\n{\"summary\": \"Fenced\"}\n```");
        (await Draft(hub, dryRun: true)).Expect(200).GetProperty("draft").Text("summary").Should().Be("Fenced");
        model.SaysText("[]");
        (await Draft(hub)).Expect(502).Text("detail").Should().Contain("no summary");
        model.Answer = () => (200, new { choices = new[] { new { message = new { refusal = "That would be harmful." } } } });
        (await Draft(hub)).Expect(422).Text("detail").Should().Contain("That would be harmful.");
        model.Answer = () => (200, new { });
        (await Draft(hub)).Expect(502).Text("detail").Should().Contain("empty");
        model.Fails(500, $"key {FakeModel.Key} exploded");
        var failed = (await Draft(hub)).Expect(502);
        failed.Text("detail").Should().Contain("exploded").And.NotContain(FakeModel.Key);
        model.Fails(429, "slow down");
        (await Draft(hub)).Expect(429).Text("code").Should().Be("rate_limited");
        (await hub.Http.Post("tickets/ai-create", new { integration_id = hub.Integration, prompt = new string('x', 8001) })).Expect(400).Error("prompt").Should().Contain("8000");
        (await hub.Http.Post("tickets/ai-create", new { integration_id = hub.Integration, prompt = "" })).Expect(400);
        jira.Issues.Count.Should().Be(1);
    }

    private static async Task Connect(JiraHub hub, FakeModel model) => (await hub.Http.Post("integrations", new
    {
        scope_id = hub.Project, name = "Models", integration_type = "openai",
        configuration = new { api_key = FakeModel.Key, base_url = model.Url, default_model = "tiny-1" },
    })).Expect(201);

    private static Task<Answer> Draft(JiraHub hub, bool dryRun = false, string? key = null) => hub.Http.Post(
        "tickets/ai-create", new { integration_id = hub.Integration, prompt = "The printer burns!", dry_run = dryRun }, key is null ? [] : [("Idempotency-Key", key)]);
}
