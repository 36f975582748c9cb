using System.Text.Json;
using FluentAssertions;
using Hub.FakeJira;
using Hub.Integrations.Contracts;
using Hub.TestHarness;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Hub.Integrations.Tests;

public sealed class JiraConfigTests
{
    private sealed record Form(string jira_url, string? email, string api_key, string project_key, string? webhook_secret = null, string? jql = null, string? deployment = null);

    private static Form Of(FakeJiraServer jira) => new(jira.Url, jira.Options.Email, jira.Options.Token, "HUB");

    [Test]
    public async Task A_projects_jira_is_tested_stored_shown_without_its_key_and_replaced()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await HubFixture.Start();
        var project = await hub.CreateProject();
        (await hub.Http.Get($"projects/{project}/jira-config")).Expect(404).GetProperty("code").GetString().Should().Be("not_configured");
        (await hub.Http.Post($"projects/{project}/jira-test-connection")).Expect(404);

        var answer = await hub.Http.Post($"projects/{project}/jira-config", Of(jira) with { webhook_secret = "jira-config-hook", jql = "labels = hub" });
        var created = answer.Expect(201);
        answer.Response.Headers.Location!.ToString().Should().Be($"/api/v1/projects/{project}/jira-config");
        created.GetProperty("test").GetProperty("success").GetBoolean().Should().BeTrue();
        (created.GetProperty("api_key").GetString(), created.GetProperty("webhook_secret").GetString(), created.GetProperty("project_key").GetString(), created.GetProperty("jira_url").GetString())
            .Should().Be(("[ENCRYPTED]", "[ENCRYPTED]", "HUB", jira.Url));
        created.GetProperty("webhook_url").GetString().Should().StartWith("/api/v1/webhooks/in/");
        created.GetProperty("health_status").GetString().Should().Be("healthy");
        var id = created.GetProperty("integration_id").GetInt64();
        created.GetProperty("id").GetInt64().Should().Be(id);
        var integration = (await hub.Http.Get($"integrations/{id}")).Expect(200);
        (integration.GetProperty("name").GetString(), integration.GetProperty("status").GetString(), integration.GetProperty("scope_id").GetInt64()).Should().Be(("Jira", "active", project));

        (await hub.Http.Patch($"integrations/{id}", new { configuration = new { default_issue_type = "Bug" } })).Expect(200);
        var replaced = (await hub.Http.Post($"projects/{project}/jira-config", Of(jira) with { api_key = "[ENCRYPTED]", project_key = "PAY" })).Expect(200);
        replaced.GetProperty("integration_id").GetInt64().Should().Be(id);
        (replaced.GetProperty("project_key").GetString(), replaced.GetProperty("jql").ValueKind, replaced.GetProperty("webhook_secret").GetString())
            .Should().Be(("PAY", JsonValueKind.Null, "[ENCRYPTED]"), "the form's own fields are replaced, a webhook secret stays");
        (await hub.Http.Get($"integrations/{id}")).Expect(200).GetProperty("configuration").GetProperty("default_issue_type").GetString().Should().Be("Bug");
        var shown = (await hub.Http.Get($"projects/{project}/jira-config")).Expect(200);
        shown.GetProperty("test").GetProperty("steps").GetArrayLength().Should().BeGreaterThan(3);
        (await hub.Http.Post($"projects/{project}/jira-config", Of(jira) with { webhook_secret = "" })).Expect(200).GetProperty("webhook_secret").ValueKind.Should().Be(JsonValueKind.Null);
        (await hub.Http.Post($"projects/{project}/jira-test-connection")).Expect(200).GetProperty("success").GetBoolean().Should().BeTrue();
        var viewer = await hub.ClientWith("viewer", project);
        (await viewer.Get($"projects/{project}/jira-config")).Expect(200).GetProperty("webhook_url").ValueKind.Should().Be(JsonValueKind.Null);
        (await viewer.Post($"projects/{project}/jira-config", Of(jira))).Expect(403);
    }

    [TestCase(Deployment.Cloud)]
    [TestCase(Deployment.Server)]
    public async Task A_query_that_jira_does_not_understand_is_told_before_anything_is_stored(Deployment deployment)
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Deployment = deployment });
        await using var hub = await HubFixture.Start();
        var project = await hub.CreateProject();
        var form = Of(jira) with { email = deployment is Deployment.Cloud ? jira.Options.Email : null, deployment = deployment is Deployment.Cloud ? "cloud" : "data_center" };
        (await hub.Http.Post($"projects/{project}/jira-config", form with { jql = "nonsense = 3" })).Expect(422)
            .GetProperty("detail").GetString().Should().StartWith("Jira does not accept the JQL.").And.Contain("nonsense");
        (await hub.Http.Get($"projects/{project}/jira-config")).Expect(404);
        (await hub.Http.Post($"projects/{project}/jira-config", form with { jql = "labels = \"a & b\"" })).Expect(201);
    }

    [Test]
    public async Task A_failed_test_stores_nothing_or_on_wish_a_disabled_integration()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await HubFixture.Start();
        var project = await hub.CreateProject();
        var wrong = Of(jira) with { api_key = "wrong-token-of-this-test" };
        var refused = (await hub.Http.Post($"projects/{project}/jira-config", wrong)).Expect(422);
        refused.GetProperty("code").GetString().Should().Be("connection_test_failed");
        refused.GetProperty("test").GetProperty("reason").GetString().Should().Be("auth");
        refused.GetProperty("detail").GetString().Should().Be(refused.GetProperty("test").GetProperty("message").GetString());
        (await hub.Http.Get("integrations")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(0);

        var forced = (await hub.Http.Post($"projects/{project}/jira-config?force=true", wrong)).Expect(201);
        (forced.GetProperty("enabled").GetBoolean(), forced.GetProperty("status").GetString(), forced.GetProperty("health_status").GetString()).Should().Be((false, "inactive", "error"));
        (await hub.Http.Post($"projects/{project}/jira-config", Of(jira))).Expect(200).GetProperty("status").GetString().Should().Be("active");
        (await hub.Http.Post($"projects/{project}/jira-config", wrong)).Expect(422);
        (await hub.Http.Post($"projects/{project}/jira-test-connection")).Expect(200).GetProperty("success").GetBoolean().Should().BeTrue("the refused one changed nothing");
    }

    [Test]
    public async Task Wrong_input_is_named_as_the_form_names_it()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await HubFixture.Start();
        var project = await hub.CreateProject();
        async Task<string[]> Errors(object form) => [.. (await hub.Http.Post($"projects/{project}/jira-config", form)).Expect(400).GetProperty("errors").EnumerateObject().Select(error => error.Name)];

        (await Errors(Of(jira) with { jira_url = "ftp://x" })).Should().Equal("jira_url");
        (await Errors(Of(jira) with { project_key = "no key!" })).Should().Equal("project_key");
        (await Errors(Of(jira) with { deployment = "server" })).Should().Equal("deployment");
        (await Errors(Of(jira) with { email = null })).Should().Equal("email");
        (await Errors(Of(jira) with { api_key = "[ENCRYPTED]" })).Should().Equal("api_key");
        (await Errors(new { })).Should().BeEquivalentTo("jira_url", "email", "api_key", "project_key");
        jira.Requests.Total.Should().Be(0);
    }

    [Test]
    public async Task Only_a_project_takes_one_and_a_taken_name_is_told()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await HubFixture.Start();
        var tenant = await hub.CreateScope("tenant", "Acme");
        (await hub.Http.Post($"projects/{tenant}/jira-config", Of(jira))).Expect(404);
        var project = await hub.CreateProject("Payments", tenant);
        (await hub.Http.Post("integrations", new { scope_id = project, name = "Jira", integration_type = "openai", configuration = new { api_key = "sk-proj-jira-config-0001" } })).Expect(201);
        (await hub.Http.Post($"projects/{project}/jira-config", Of(jira))).Expect(409).GetProperty("code").GetString().Should().Be("name_taken");
    }

    [Test]
    public async Task Two_at_once_make_one_integration()
    {
        await using var jira = await FakeJiraServer.Start();
        await using var hub = await HubFixture.Start();
        var project = await hub.CreateProject();
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => hub.Http.Post($"projects/{project}/jira-config", Of(jira))));
        answers.Count(answer => answer.Status == 201).Should().Be(1, string.Join('\n', answers.Select(answer => answer.Text)));
        answers.Count(answer => answer.Status == 200).Should().Be(3);
        (await hub.Http.Get("integrations")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(1);
    }

    [Test]
    public async Task A_data_center_needs_no_e_mail()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Deployment = Deployment.Server, ContextPath = "/jira" });
        await using var hub = await HubFixture.Start();
        var project = await hub.CreateProject();
        (await hub.Http.Post($"projects/{project}/jira-config", Of(jira) with { email = null, deployment = "data_center" })).Expect(201);
    }

    [Test]
    public async Task A_projects_github_repository_is_stored_likewise_and_found_by_its_token()
    {
        var login = 200;
        await using var github = await StubServer.Start(request => request.Path switch
        {
            "/user" => (login, """{"login":"ada","id":7}"""),
            "/repos/acme/api" => (200, """{"id":99,"full_name":"acme/api","default_branch":"main"}"""),
            "/repos/acme/api/commits" => (200, "[]"),
            _ => (404, "{}"),
        });
        await using var hub = await HubFixture.Start();
        var project = await hub.CreateProject();
        object Form(string token) => new { repository = "https://github.com/acme/api.git", access_token = token, webhook_secret = "github-config-hook", base_url = github.Url };
        var created = (await hub.Http.Post($"projects/{project}/github-config", Form("github_pat_ConfigToken0001"))).Expect(201);
        (created.GetProperty("repository").GetString(), created.GetProperty("access_token").GetString(), created.GetProperty("test").GetProperty("identity").GetString())
            .Should().Be(("acme/api", "[ENCRYPTED]", "ada"));
        github.Requests.Should().OnlyContain(request => request.Headers["Authorization"] == "Bearer github_pat_ConfigToken0001" && request.Headers["X-GitHub-Api-Version"] == "2022-11-28");
        (await hub.Http.Post($"projects/{project}/github-config", new { repository = "acme/api", access_token = "[ENCRYPTED]" })).Expect(200).GetProperty("base_url").GetString().Should().Be(github.Url);
        login = 401;
        (await hub.Http.Post($"projects/{project}/github-config", Form("github_pat_ConfigToken0002"))).Expect(422).GetProperty("test").GetProperty("reason").GetString().Should().Be("auth");
        (await hub.Http.Get($"projects/{project}/github-config")).Expect(200).GetProperty("status").GetString().Should().Be("active");

        await using var scope = hub.Services.CreateAsyncScope();
        var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
        var token = created.GetProperty("webhook_url").GetString()!.Split('/')[^1];
        var source = (await mediator.Send(new AskWebhookSources(Token: token))).Should().ContainSingle().Subject;
        source.Integration.Id.Should().Be(created.GetProperty("id").GetInt64());
        source.Secrets["webhook_secret"].Should().Be("github-config-hook");
        source.Settings["base_url"].GetString().Should().Be(github.Url);
        (await mediator.Send(new AskWebhookSources(Type: "github_repos"))).Should().ContainSingle();
        (await mediator.Send(new AskWebhookSources(Type: "jira", ScopeId: project))).Should().BeEmpty();
        (await mediator.Send(new AskScopeIntegration(project, "github_repos", project)))!.Id.Should().Be(source.Integration.Id);
        (await mediator.Send(new AskIntegration(source.Integration.Id, 999_999))).Should().BeNull();
        (await hub.Http.Patch($"integrations/{source.Integration.Id}/status", new { enabled = false })).Expect(200);
        (await mediator.Send(new AskWebhookSources(Token: token))).Should().BeEmpty("a disabled integration takes nothing in");
    }
}
