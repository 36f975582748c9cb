using System.Text.Json;
using FluentAssertions;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.ScopeConfig;

public sealed class ScopeConfigTests
{
    private const string Secret = "sk-proj-inherited-secret-00001";
    private HubFixture hub = null!;
    private long tenant;
    private long team;

    [SetUp]
    public async Task Start()
    {
        hub = await HubFixture.Start(setup => setup.Workers = false);
        tenant = await hub.CreateScope("tenant", "Acme");
        team = await hub.CreateScope("team", "Core", tenant);
    }

    [TearDown]
    public async Task Stop() => await hub.DisposeAsync();

    private Task<Answer> Put(long scope, object body, string type = "openai") => hub.Http.Put($"scopes/{scope}/config/{type}", body);

    private async Task<long> Create(long scope, object configuration, bool enabled = true, string type = "openai", string name = "Ours") =>
        (await hub.Http.Post("integrations", new { scope_id = scope, name, integration_type = type, configuration, enabled })).Expect(201).GetProperty("id").GetInt64();

    private async Task<JsonElement> Read(long id) => (await hub.Http.Get($"integrations/{id}")).Expect(200);

    [Test]
    public async Task Openai_is_required_everywhere_and_its_credentials_belong_to_the_organisation()
    {
        var items = (await hub.Http.Get($"scopes/{team}/config")).Expect(200).GetProperty("items").EnumerateArray().ToArray();
        var openai = items.Should().ContainSingle().Subject;
        openai.GetProperty("schema_id").GetString().Should().Be("openai");
        openai.GetProperty("required").GetBoolean().Should().BeTrue();
        openai.GetProperty("missing_fields").EnumerateArray().Select(f => f.GetString()).Should().Equal("api_key");
        string?[] Names(string level) => [.. openai.GetProperty("config_schema").GetProperty(level).EnumerateArray().Select(f => f.GetProperty("name").GetString())];
        Names("org_fields").Should().Contain("api_key");
        Names("team_fields").Should().Contain("default_model").And.NotContain("api_key");
    }

    [Test]
    public async Task An_inherited_secret_completes_an_integration_and_serves_its_calls()
    {
        await using var server = await StubServer.Start(_ => (200, "{}"));
        (await Put(tenant, new
        {
            values = new { direction = "outbound", url = $"{server.Url}/hook", auth_type = "bearer", auth_token = "token-of-the-tenant-1", signing_scheme = "none" },
            locked = new[] { "url" },
        }, "webhook")).Expect(200);
        var id = await Create(team, new { }, type: "webhook");
        (await hub.Http.Post($"integrations/{id}/test")).Expect(200).GetProperty("success").GetBoolean().Should().BeTrue();
        server.Requests.Should().ContainSingle().Which.Headers["Authorization"].Should().Be("Bearer token-of-the-tenant-1");

        (await hub.Http.Patch($"integrations/{id}", new { configuration = new { auth_token = "token-of-the-team-2" } })).Expect(200);
        (await hub.Http.Post($"integrations/{id}/test")).Expect(200);
        server.Requests.Last().Headers["Authorization"].Should().Be("Bearer token-of-the-team-2");
        var config = (await hub.Http.Get($"integrations/{id}/config")).Expect(200).GetProperty("values");
        config.GetProperty("auth_token").GetProperty("source_scope_name").GetString().Should().Be("Ours");
        config.GetProperty("auth_token").GetProperty("overridden_value").GetString().Should().Be("[ENCRYPTED]");
        config.GetProperty("url").GetProperty("source_scope_id").GetInt64().Should().Be(tenant);
    }

    [Test]
    public async Task Setting_and_removing_what_integrations_below_need_moves_their_status()
    {
        var id = await Create(team, new { }, enabled: false);
        (await Read(id)).GetProperty("missing_fields").EnumerateArray().Should().ContainSingle();
        (await hub.Http.Patch($"integrations/{id}/status", new { enabled = true })).Expect(409);

        (await Put(1, new { values = new { api_key = Secret } })).Expect(200);
        (await Read(id)).GetProperty("status").GetString().Should().Be("inactive");
        (await hub.Http.Patch($"integrations/{id}/status", new { enabled = true })).Expect(200).GetProperty("status").GetString().Should().Be("active");

        (await Put(1, new { values = new { } })).Expect(200);
        var bare = await Read(id);
        bare.GetProperty("status").GetString().Should().Be("configuring");
        bare.GetProperty("enabled").GetBoolean().Should().BeTrue();
        (await hub.Http.Get($"integrations/resolve?integration_type=openai&scope_id={team}")).Expect(404);
    }

    [Test]
    public async Task A_locked_field_is_refused_below_with_the_place_that_locked_it()
    {
        var early = await Create(team, new { api_key = Secret, organization_id = "org-Early" });
        (await Put(tenant, new { values = new { organization_id = "org-Acme" }, locked = new[] { "organization_id" } })).Expect(200);

        var refused = await Put(team, new { values = new { organization_id = "org-Core" } });
        refused.Expect(409).GetProperty("code").GetString().Should().Be("field_locked");
        refused.Json.GetProperty("errors").GetProperty("values.organization_id")[0].GetString().Should().Contain("Acme").And.Contain($"{tenant}");
        (await hub.Http.Post("integrations", new { scope_id = team, name = "New", integration_type = "openai", configuration = new { api_key = Secret, organization_id = "org-Core" } }))
            .Expect(409).GetProperty("errors").GetProperty("configuration.organization_id")[0].GetString().Should().Contain("is locked by Acme");

        (await hub.Http.Patch($"integrations/{early}", new { configuration = new { project_id = "proj_1" } })).Expect(200);
        (await hub.Http.Patch($"integrations/{early}", new { configuration = new { organization_id = "org-Other" } })).Expect(409);
        var value = (await hub.Http.Get($"integrations/{early}/config")).Expect(200).GetProperty("values").GetProperty("organization_id");
        value.GetProperty("value").GetString().Should().Be("org-Acme");
        value.GetProperty("overridden_value").GetString().Should().Be("org-Early");
        (await hub.Http.Patch($"integrations/{early}", new { configuration = new { organization_id = (string?)null } })).Expect(200);
    }

    [Test]
    public async Task A_preview_names_who_would_change_and_saves_nothing()
    {
        var inherits = await Create(team, new { }, enabled: false, name: "Inherits");
        var own = await Create(team, new { api_key = Secret }, name: "Own");
        var elsewhere = await Create(await hub.CreateScope("tenant", "Other"), new { }, enabled: false, name: "Elsewhere");
        var preview = (await hub.Http.Post($"scopes/{tenant}/config/openai/preview", new { values = new { api_key = Secret } })).Expect(200);
        preview.GetProperty("total").GetInt32().Should().Be(1);
        var item = preview.GetProperty("items")[0];
        item.GetProperty("integration_id").GetInt64().Should().Be(inherits);
        item.GetProperty("changed_fields")[0].GetString().Should().Be("api_key");
        item.GetProperty("status").GetString().Should().Be("configuring");
        item.GetProperty("status_after").GetString().Should().Be("inactive");
        foreach (var id in new[] { inherits, own, elsewhere })
            (await Read(id)).GetProperty("version").GetInt64().Should().Be(1);
        (await hub.Http.Get($"scopes/{tenant}/config/openai")).Expect(200).GetProperty("values").TryGetProperty("api_key", out _).Should().BeFalse();
    }

    [Test]
    public async Task Placeholders_keep_own_secrets_and_leave_inherited_ones_inherited()
    {
        (await Put(1, new { values = new { api_key = Secret } })).Expect(200);
        (await Put(1, new { values = new { api_key = "[ENCRYPTED]", organization_id = "org-A" } })).Expect(200)
            .GetProperty("values").GetProperty("api_key").GetProperty("value").GetString().Should().Be("[ENCRYPTED]");
        (await Put(tenant, new { values = new { api_key = "[ENCRYPTED]" } })).Expect(200)
            .GetProperty("values").GetProperty("api_key").GetProperty("inherited").GetBoolean().Should().BeTrue();
        var id = await Create(team, new { api_key = "[ENCRYPTED]" });
        (await Read(id)).GetProperty("configuration").TryGetProperty("api_key", out _).Should().BeFalse();
        (await Put(tenant, new { values = new { auth_token = "[ENCRYPTED]" } }, "webhook")).Expect(400);
    }

    [Test]
    public async Task Wrong_values_and_locks_are_named()
    {
        var errors = (await Put(tenant, new { values = new { api_key = "nonsense", nothing = 1 }, locked = new[] { "api_key", "typo" } })).Expect(400).GetProperty("errors");
        errors.EnumerateObject().Select(error => error.Name).Should().BeEquivalentTo("values.api_key", "values.nothing", "locked[1]");
        (await Put(tenant, new { }, "no_such_type")).Expect(404);
        (await Put(987654, new { })).Expect(404);
    }

    [Test]
    public async Task Setting_the_same_again_changes_nothing_and_every_change_is_audited_without_secrets()
    {
        (await Put(tenant, new { values = new { api_key = Secret }, locked = new[] { "api_key" } })).Expect(200);
        var id = await Create(team, new { });
        (await Put(tenant, new { values = new { api_key = "[ENCRYPTED]" }, locked = new[] { "api_key" } })).Expect(200);
        (await Read(id)).GetProperty("version").GetInt64().Should().Be(1);
        var entries = (await hub.Http.Get("audit?action=scope_config.updated")).Expect(200);
        entries.GetProperty("items").GetArrayLength().Should().Be(1);
        entries.GetRawText().Should().Contain("[SECRET CHANGED]").And.NotContain(Secret);
        hub.Logs.Lines.Should().NotContain(line => line.Contains(Secret, StringComparison.Ordinal));
    }

    [Test]
    public async Task Tenants_see_inherited_values_but_not_other_scopes_and_viewers_set_nothing()
    {
        (await Put(1, new { values = new { organization_id = "org-All" } })).Expect(200);
        using var manager = await hub.ClientWith("manager", tenant);
        (await manager.Get($"scopes/{team}/config/openai")).Expect(200).GetProperty("values").GetProperty("organization_id").GetProperty("source_scope_name").GetString().Should().Be("Platform");
        (await manager.Get("scopes/1/config/openai")).Expect(404);
        (await manager.Put("scopes/1/config/openai", new { })).Expect(404);
        using var stranger = await hub.ClientWith("admin", await hub.CreateScope("tenant", "Other"));
        (await stranger.Get($"scopes/{team}/config")).Expect(404);
        (await stranger.Post($"scopes/{team}/config/openai/preview", new { })).Expect(404);
        using var viewer = await hub.ClientWith("viewer", tenant);
        (await viewer.Put($"scopes/{team}/config/openai", new { })).Expect(403);
    }

    [Test]
    public async Task A_scope_that_goes_takes_its_configuration_along()
    {
        (await Put(team, new { values = new { organization_id = "org-Core" } })).Expect(200);
        (await hub.Http.Delete($"scopes/{team}")).Expect(204);
        (await hub.Http.Get($"scopes/{team}/config/openai")).Expect(404);
    }

    [Test]
    public async Task A_new_version_of_a_type_shows_what_its_integrations_lack()
    {
        static object Type(bool tokenRequired) => new
        {
            name = "Paging", category = "communication", platform_name = "paging", integration_category = "messaging", description = "Pages people.",
            fields = new object[]
            {
                new { name = "base_url", label = "Address", type = "url", required = true, level = "org" },
                new { name = "token", label = "Token", type = "secret", required = tokenRequired, level = "org" },
            },
        };
        (await hub.Http.Put("integrations/schemas/paging", Type(false))).Expect(201);
        var id = await Create(team, new { base_url = "https://paging.example.com" }, type: "paging");
        (await Read(id)).GetProperty("status").GetString().Should().Be("active");
        (await hub.Http.Put("integrations/schemas/paging", Type(true))).Expect(200);
        var lacking = await Read(id);
        lacking.GetProperty("status").GetString().Should().Be("configuring");
        lacking.GetProperty("missing_fields")[0].GetString().Should().Be("token");
        lacking.GetProperty("configuration").GetProperty("base_url").GetString().Should().Be("https://paging.example.com");
        (await hub.Http.Put("integrations/schemas/paging", Type(false))).Expect(200);
        (await Read(id)).GetProperty("status").GetString().Should().Be("active");
    }
}
