using System.Text.Json;
using FluentAssertions;
using Hub.FakeJira;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests;

public sealed class TicketFieldsTests
{
    private static async Task<long> Jira(HubFixture hub, FakeJiraServer jira, string? token = null, string? url = null) => (await hub.Http.Post("integrations", new
    {
        scope_id = 1,
        name = "Jira",
        integration_type = "jira",
        configuration = new { base_url = url ?? jira.Url, email = jira.Options.Email, api_token = token ?? jira.Options.Token, auth_type = "basic" },
    })).Expect(201).GetProperty("id").GetInt64();

    private static JsonElement Field(JsonElement answer, string key) => answer.GetProperty("items").EnumerateArray().Single(field => field.GetProperty("key").GetString() == key);

    [TestCase(Deployment.Cloud)]
    [TestCase(Deployment.Server)]
    public async Task Fields_of_the_site_of_a_project_and_of_one_issue_type(Deployment deployment)
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Deployment = deployment });
        await using var hub = await HubFixture.Start(setup => setup.Workers = false);
        var id = await Jira(hub, jira);
        if (deployment is Deployment.Server)
            (await hub.Http.Patch($"integrations/{id}", new { configuration = new { auth_type = "pat", email = (string?)null } })).Expect(200);

        var all = (await hub.Http.Get($"integrations/{id}/fields")).Expect(200);
        Field(all, "summary").GetProperty("required").ValueKind.Should().Be(JsonValueKind.Null);
        all.GetProperty("items").EnumerateArray().Should().Contain(field => field.GetProperty("custom").GetBoolean());

        var bug = (await hub.Http.Get($"integrations/{id}/fields?project_key=PAY&issue_type=bug")).Expect(200);
        Field(bug, "summary").GetProperty("required").GetBoolean().Should().BeTrue();
        Field(bug, "labels").GetProperty("items").GetString().Should().Be("string");
        string?[] suggested = [.. new[] { "summary", "labels", "priority" }.Select(key => Field(bug, key).GetProperty("suggested_transform").GetString())];
        suggested.Should().Equal("text", "list", "option");
        Field(bug, "priority").GetProperty("allowed_values").GetArrayLength().Should().BeGreaterThan(2);
        Field(bug, "priority").GetProperty("has_default").GetBoolean().Should().BeTrue();

        var project = (await hub.Http.Get($"integrations/{id}/fields?project_key=PAY")).Expect(200);
        Field(project, "summary").GetProperty("issue_types").EnumerateArray().Select(type => type.GetString()).Should().Contain("Bug").And.HaveCountGreaterThan(2);
        (await hub.Http.Get($"integrations/{id}/health")).Expect(200).GetProperty("health_status").GetString().Should().Be("healthy");
    }

    [Test]
    public async Task What_cannot_be_answered_says_why()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions());
        await using var hub = await HubFixture.Start(setup => setup.Workers = false);
        var id = await Jira(hub, jira);
        (await hub.Http.Get($"integrations/{id}/fields?project_key=PAY&issue_type=Nonsense")).Expect(400)
            .GetProperty("errors").GetProperty("issue_type")[0].GetString().Should().Contain("It has").And.Contain("Bug");
        (await hub.Http.Get($"integrations/{id}/fields?issue_type=Bug")).Expect(400).GetProperty("errors").GetProperty("project_key")[0].GetString().Should().Contain("required");
        (await hub.Http.Get($"integrations/{id}/fields?project_key=..")).Expect(400);
        (await hub.Http.Get($"integrations/{id}/fields?project_key=NOPE")).Expect(422);
        (await hub.Http.Get($"integrations/{id}/health")).Expect(200).GetProperty("health_status").GetString().Should().Be("unknown", "a project that is not there says nothing about it");
        var other = (await hub.Http.Post("integrations", new { scope_id = 1, name = "AI", integration_type = "openai", configuration = new { api_key = "sk-proj-fields-of-openai-01" } })).Expect(201);
        (await hub.Http.Get($"integrations/{other.GetProperty("id")}/fields")).Expect(409).GetProperty("code").GetString().Should().Be("not_a_ticketing_integration");
        using var stranger = await hub.ClientWith("admin", await hub.CreateScope("tenant", "Other"));
        (await stranger.Get($"integrations/{id}/fields")).Expect(404);
    }

    [Test]
    public async Task A_refused_token_turns_the_integration_red_and_is_never_shown()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions());
        await using var hub = await HubFixture.Start(setup => setup.Workers = false);
        var id = await Jira(hub, jira, token: "ATATT3xWrongTokenOfFieldTests");
        var refused = await hub.Http.Get($"integrations/{id}/fields?project_key=PAY");
        refused.Expect(422);
        refused.Text.Should().NotContain("WrongToken");
        var health = (await hub.Http.Get($"integrations/{id}/health")).Expect(200);
        (health.GetProperty("health_status").GetString(), health.GetProperty("reason").GetString()).Should().Be(("error", "auth"));
    }

    [Test]
    public async Task A_login_page_is_not_taken_for_fields()
    {
        await using var page = await StubServer.Start(_ => (200, "<html>Log in</html>"));
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions());
        await using var hub = await HubFixture.Start(setup => setup.Workers = false);
        var id = await Jira(hub, jira, url: page.Url);
        (await hub.Http.Get($"integrations/{id}/fields")).Expect(502).GetProperty("detail").GetString().Should().Contain("not as Jira does");
    }
}
