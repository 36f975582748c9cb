using System.Text.Json;
using FluentAssertions;
using Hub.FakeJira;
using Hub.Integrations.Integrations;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests;

public sealed class SecretsDestinationsTests
{
    private const string Home = "https://jira.example.com";
    private const string Thief = "https://thief.example.net";

    private static Dictionary<string, object?> Jira(string? url, string? token = null, string? hook = null)
    {
        var values = new Dictionary<string, object?> { ["email"] = "a@example.com" };
        if (url is not null)
            values["base_url"] = url;
        if (token is not null)
            values["api_token"] = token;
        if (hook is not null)
            values["webhook_secret"] = hook;
        return values;
    }

    private static async Task<long> Create(HubFixture hub, long scope, object configuration, bool enabled = true, string name = "Jira") => (await hub.Http.Post(
        "integrations", new { scope_id = scope, name, integration_type = "jira", configuration, enabled })).Expect(201).GetProperty("id").GetInt64();

    private static string[] ErrorsOf(JsonElement problem) => [.. problem.GetProperty("errors").EnumerateObject().Select(error => error.Name)];

    [Test]
    public async Task A_stored_secret_must_be_sent_again_when_its_address_leads_elsewhere()
    {
        await using var hub = await HubFixture.Start();
        var tenant = await hub.CreateScope("tenant", "Acme");
        var manager = await hub.ClientWith("manager", tenant);
        var id = await Create(hub, tenant, Jira(Home + "/jira", "destination-token-1", "destination-hook-1"));
        Task<Answer> Patch(HttpClient http, object configuration) => http.Patch($"integrations/{id}", new { configuration });

        foreach (var http in new[] { manager, hub.Http })
            foreach (var elsewhere in new[] { Thief, "http://jira.example.com", "https://jira.example.com:8443", "https://jira.example.com.thief.net" })
            {
                var refused = (await Patch(http, new { base_url = elsewhere })).Expect(400);
                ErrorsOf(refused).Should().BeEquivalentTo("configuration.api_token", "configuration.webhook_secret");
                refused.GetProperty("errors").GetProperty("configuration.api_token")[0].GetString().Should().Be("must be sent again, because base_url now leads elsewhere");
                (await Patch(http, new { base_url = elsewhere, api_token = "[ENCRYPTED]" })).Expect(400);
            }

        (await manager.Put($"integrations/{id}", new { name = "Jira", configuration = Jira(Thief, "[ENCRYPTED]", "[ENCRYPTED]") })).Expect(400);
        (await manager.Put($"integrations/{id}", new { name = "Jira", enabled = false, configuration = Jira(null, "[ENCRYPTED]") })).Expect(400);
        (await manager.Patch($"integrations/{id}", """{"enabled":false,"configuration":{"base_url":null}}""")).Expect(400);
        (await Patch(manager, new { base_url = "https://JIRA.example.com:443/other" })).Expect(200);
        ErrorsOf((await Patch(manager, new { base_url = Thief, api_token = "destination-token-2" })).Expect(400)).Should()
            .Equal(["configuration.webhook_secret"], "the hub tells it to the server where it registers its webhook");
        (await Patch(manager, new { base_url = Thief, api_token = "destination-token-2", webhook_secret = "destination-hook-2" })).Expect(200);
        (await manager.Patch($"integrations/{id}", """{"enabled":false,"configuration":{"base_url":null,"api_token":null,"webhook_secret":null}}""")).Expect(200);
    }

    [Test]
    public async Task An_inherited_secret_goes_only_where_it_is_set_for()
    {
        await using var hub = await HubFixture.Start();
        var tenant = await hub.CreateScope("tenant", "Acme");
        var team = await hub.CreateScope("team", "Team", tenant);
        var manager = await hub.ClientWith("manager", team);
        (await hub.Http.Put($"scopes/{tenant}/config/jira", new { values = Jira(Home, "inherited-token-1") })).Expect(200);
        object New(object configuration, bool enabled = true) => new { scope_id = team, name = "Jira", integration_type = "jira", configuration, enabled };

        foreach (var sent in new[] { Jira(Thief), Jira(Thief, "[ENCRYPTED]") })
        {
            var refused = (await manager.Post("integrations", New(sent))).Expect(409);
            refused.GetProperty("code").GetString().Should().Be("secret_inherited");
            ErrorsOf(refused).Should().Equal("configuration.base_url");
            (await manager.Post("integrations/test", new { scope_id = team, integration_type = "jira", configuration = sent })).Expect(409);
        }

        (await manager.Put($"scopes/{team}/config/jira", new { values = new { base_url = Thief } })).Expect(409).GetProperty("code").GetString().Should().Be("secret_inherited");
        (await manager.Post($"scopes/{team}/config/jira/preview", new { values = new { base_url = Thief } })).Expect(409);
        (await manager.Post("integrations", New(Jira(Thief), enabled: false))).Expect(409);
        var id = (await manager.Post("integrations", New(Jira(Home + "/path")))).Expect(201).GetProperty("id").GetInt64();
        (await manager.Patch($"integrations/{id}", new { configuration = new { base_url = Thief } })).Expect(409);
        (await manager.Patch($"integrations/{id}", new { configuration = new { base_url = Thief, api_token = "own-token-1" } })).Expect(200);
        (await hub.Http.Put($"scopes/{tenant}/config/jira", new { values = Jira(Home, "inherited-token-1", "inherited-hook-1") })).Expect(409)
            .GetProperty("code").GetString().Should().Be("secrets_below", "a server of the team's own would be told it as the webhook's secret");
        (await manager.Patch($"integrations/{id}", """{"configuration":{"api_token":null}}""")).Expect(409);
        (await manager.Patch($"integrations/{id}", """{"configuration":{"api_token":null,"base_url":null}}""")).Expect(200);
    }

    [Test]
    public async Task A_secret_given_without_an_address_is_sent_to_none_that_is_set_below()
    {
        await using var hub = await HubFixture.Start();
        var tenant = await hub.CreateScope("tenant", "Acme");
        var team = await hub.CreateScope("team", "Team", tenant);
        var waiting = await Create(hub, team, Jira(Thief), enabled: false);
        var refused = (await hub.Http.Put($"scopes/{tenant}/config/jira", new { values = Jira(null, "waited-for-token-1") })).Expect(409);
        refused.GetProperty("code").GetString().Should().Be("secrets_below");
        refused.GetProperty("detail").GetString().Should().Contain($"Jira (integration {waiting})").And.Contain("base_url");
        (await hub.Http.Put($"scopes/{tenant}/config/jira", new { values = Jira(Home, "waited-for-token-1") })).Expect(409);
        (await hub.Http.Delete($"integrations/{waiting}")).Expect(204);
        (await hub.Http.Put($"scopes/{tenant}/config/jira", new { values = Jira(null, "waited-for-token-1") })).Expect(200);
        (await hub.Http.Post("integrations", new { scope_id = team, name = "J", integration_type = "jira", configuration = Jira(Thief) })).Expect(409);
    }

    [Test]
    public async Task An_address_above_does_not_lead_the_secrets_of_others_elsewhere()
    {
        await using var hub = await HubFixture.Start();
        var tenant = await hub.CreateScope("tenant", "Acme");
        var team = await hub.CreateScope("team", "Team", tenant);
        Task<Answer> Tenant(object values) => hub.Http.Put($"scopes/{tenant}/config/jira", new { values });
        (await Tenant(new { base_url = Home })).Expect(200);
        var id = await Create(hub, team, Jira(null, "kept-below-token-1"));
        foreach (var change in new object[] { new { base_url = Thief }, new { } })
        {
            var refused = (await Tenant(change)).Expect(409);
            refused.GetProperty("code").GetString().Should().Be("secrets_below");
            refused.GetProperty("detail").GetString().Should().Contain($"Jira (integration {id})").And.Contain("api_token");
        }

        (await hub.Http.Patch($"integrations/{id}", new { configuration = new { base_url = Home } })).Expect(200);
        (await Tenant(new { base_url = Thief })).Expect(200);
        (await hub.Http.Put($"scopes/{team}/config/jira", new { values = Jira(null, "kept-below-token-2") })).Expect(200);
        (await Tenant(new { base_url = Home })).Expect(409).GetProperty("detail").GetString().Should().Contain($"Team (scope {team})");
    }

    [Test]
    public async Task A_project_form_tests_no_stored_token_at_another_address()
    {
        await using var jira = await FakeJiraServer.Start(new FakeJiraOptions { Issues = 1 });
        await using var thief = await StubServer.Start(_ => (200, "{}"));
        await using var hub = await HubFixture.Start();
        var project = await hub.CreateProject();
        object Form(string url, string key) => new { jira_url = url, email = jira.Options.Email, api_key = key, project_key = "HUB" };
        (await hub.Http.Post($"projects/{project}/jira-config", Form(jira.Url, jira.Options.Token))).Expect(201);
        foreach (var query in new[] { "", "?force=true" })
            ErrorsOf((await hub.Http.Post($"projects/{project}/jira-config{query}", Form(thief.Url, "[ENCRYPTED]"))).Expect(400)).Should().Equal("api_key");
        thief.Requests.Should().BeEmpty();
        (await hub.Http.Post($"projects/{project}/jira-config", Form(jira.Url + "/", "[ENCRYPTED]"))).Expect(200);
    }

    [Test]
    public async Task A_mail_server_is_a_destination_too()
    {
        await using var hub = await HubFixture.Start();
        var id = (await hub.Http.Post("integrations", new
        {
            scope_id = 1, name = "Mail", integration_type = "smtp",
            configuration = new { host = "smtp.example.com", username = "hub", password = "mail-destination-1", from_address = "hub@example.com" },
        })).Expect(201).GetProperty("id").GetInt64();
        ErrorsOf((await hub.Http.Patch($"integrations/{id}", new { configuration = new { host = "smtp.thief.net" } })).Expect(400)).Should().Equal("configuration.password");
        (await hub.Http.Patch($"integrations/{id}", new { configuration = new { port = 465, security = "tls" } })).Expect(200);
        (await hub.Http.Patch($"integrations/{id}", new { configuration = new { from_name = "Somebody" } })).Expect(200);
    }

    [TestCase("snowflake", "account_url")]
    [TestCase("zendesk", "subdomain")]
    [TestCase("salesforce", "my_domain")]
    [TestCase("kubernetes", "api_server")]
    [TestCase("sso", "token_url,issuer")]
    [TestCase("openai", "base_url")]
    [TestCase("gitlab", "base_url")]
    [TestCase("slack", "")]
    public async Task What_leads_somewhere_is_known_from_the_description(string type, string fields)
    {
        await using var hub = await HubFixture.Start(setup => setup.Workers = false);
        await using var scope = Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.CreateAsyncScope(hub.Services);
        var mediator = (MediatR.IMediator)scope.ServiceProvider.GetService(typeof(MediatR.IMediator))!;
        var schema = (await mediator.Send(new Schemas.Contracts.AskSchema(type)))!;
        var found = DestinationFields.Of(schema).Select(field => field.Name).ToArray();
        if (fields is "")
            found.Should().BeEmpty();
        else
            found.Should().Contain(fields.Split(',')).And.NotContain(["organization_id", "email", "scope"]);
        DestinationFields.Outgoing(schema).Should().NotContain("signing_secret");
    }
}
