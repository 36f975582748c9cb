using System.Text.Json;
using FluentAssertions;
using Hub.Integrations.Tests.Access;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Rulesets;

public sealed class RulesetsTests
{
    private readonly HubFixture hub = RulesetHub.Hub;

    [Test]
    public async Task A_ruleset_is_a_scope_with_rules_and_gives_back_what_was_put()
    {
        var tenant = await RulesetHub.Tenant();
        const string Body = """
            {"name":"Support","parent_id":TENANT,"description":"Für alle 🦊","is_active":false,"search_priority":["jira","teams","github_repos"],
             "response_guidelines":"Be brief.\n- no jargon","context_rules":{"z":1,"a":[1.0,{"deep":null}]},"ai_behavior_rules":["one","two"],
             "conversation_rules":"","mode_settings":{"mode":"strict"}}
            """;
        var answer = await hub.Http.Post("rulesets", Body.Replace("TENANT", $"{tenant}", StringComparison.Ordinal));
        var created = answer.Expect(201);
        var id = created.GetProperty("id").GetInt64();
        answer.Response.Headers.Location.Should().Be($"/api/v1/rulesets/{id}");
        var read = (await hub.Http.Get($"rulesets/{id}")).Expect(200);
        foreach (var shown in new[] { created, read })
        {
            shown.GetProperty("slug").GetString().Should().Be("support");
            shown.GetProperty("parent_id").GetInt64().Should().Be(tenant);
            shown.GetProperty("description").GetString().Should().Be("Für alle 🦊");
            shown.GetProperty("is_active").GetBoolean().Should().BeFalse();
            shown.GetProperty("search_priority").ToString().Should().Be("""["jira","microsoft_teams","github_repos"]""");
            shown.GetProperty("response_guidelines").GetString().Should().Be("Be brief.\n- no jargon");
            shown.GetProperty("context_rules").GetRawText().Should().Be("""{"z":1,"a":[1.0,{"deep":null}]}""");
            shown.GetProperty("ai_behavior_rules").GetRawText().Should().Be("""["one","two"]""");
            shown.GetProperty("conversation_rules").GetString().Should().Be("");
            shown.GetProperty("mode_settings").GetRawText().Should().Be("""{"mode":"strict"}""");
            shown.GetProperty("integration_count").GetInt32().Should().Be(0);
            shown.GetProperty("version").GetInt64().Should().Be(1);
        }

        (await hub.Http.Get($"scopes/{id}")).Expect(200).GetProperty("kind").GetString().Should().Be("ruleset");
    }

    [Test]
    public async Task A_scope_of_kind_ruleset_is_a_ruleset_without_rules()
    {
        var id = await hub.CreateScope("ruleset", "Bare", await RulesetHub.Tenant());
        var bare = (await hub.Http.Get($"rulesets/{id}")).Expect(200);
        bare.GetProperty("is_active").GetBoolean().Should().BeTrue();
        bare.GetProperty("search_priority").GetArrayLength().Should().Be(0);
        bare.GetProperty("mode_settings").ValueKind.Should().Be(JsonValueKind.Null);
        (await hub.Http.Patch($"rulesets/{id}", new { description = "Now it has one" })).Expect(200).GetProperty("version").GetInt64().Should().Be(2);
    }

    [Test]
    public async Task A_patch_merges_null_clears_and_nothing_new_changes_nothing()
    {
        var id = await RulesetHub.Ruleset(await RulesetHub.Tenant());
        (await hub.Http.Patch($"rulesets/{id}", """
            {"description":"d","search_priority":["jira"],"context_rules":{"keep":1,"drop":2},"mode_settings":{"a":{"b":1}},"conversation_rules":["x"]}
            """)).Expect(200);
        var merged = (await hub.Http.Patch($"rulesets/{id}", """
            {"name":"Renamed","description":null,"context_rules":{"drop":null,"more":3},"mode_settings":{"a":{"c":2}},"conversation_rules":{"now":"object"}}
            """, ("If-Match", "\"2.0.0\""))).Expect(200);
        merged.GetProperty("name").GetString().Should().Be("Renamed");
        merged.GetProperty("slug").GetString().Should().Be("support", "a slug changes only when it is sent");
        merged.GetProperty("description").ValueKind.Should().Be(JsonValueKind.Null);
        merged.GetProperty("search_priority").ToString().Should().Be("""["jira"]""", "it was not sent");
        merged.GetProperty("context_rules").GetRawText().Should().Be("""{"keep":1,"more":3}""");
        merged.GetProperty("mode_settings").GetRawText().Should().Be("""{"a":{"b":1,"c":2}}""");
        merged.GetProperty("conversation_rules").GetRawText().Should().Be("""{"now":"object"}""");
        merged.GetProperty("version").GetInt64().Should().Be(3);

        (await hub.Http.Patch($"rulesets/{id}", new { name = "Renamed", is_active = true })).Expect(200).GetProperty("version").GetInt64().Should().Be(3);
        (await hub.Http.Patch($"rulesets/{id}", new { name = "Stale" }, ("If-Match", "\"2\""))).Code(412).Should().Be("stale_version");
        (await hub.Http.Patch($"rulesets/{id}", """{"search_priority":null,"mode_settings":null}""")).Expect(200).GetProperty("search_priority").GetArrayLength().Should().Be(0);
        var audit = (await hub.Http.Get($"audit?target_type=scope&target_id={id}")).Expect(200).GetProperty("items").EnumerateArray().ToArray();
        audit.Select(entry => entry.GetProperty("action").GetString()).Should().BeEquivalentTo("scope.created", "scope.updated", "scope.updated", "scope.updated");
        audit.Single(entry => entry.GetProperty("diff").TryGetProperty("name", out var name) && name.GetProperty("from").ToString() == "Support")
            .GetProperty("diff").GetProperty("context_rules").GetProperty("to").GetRawText().Should().Contain("more");
    }

    [Test]
    public async Task The_etag_moves_with_the_counts_and_is_good_for_a_change()
    {
        var id = await RulesetHub.Ruleset(await RulesetHub.Tenant());
        var before = (await hub.Http.Get($"rulesets/{id}")).Response.Headers.ETag!.Tag;
        (await hub.Http.Ask(HttpMethod.Get, $"rulesets/{id}", null, ("If-None-Match", before))).Status.Should().Be(304);
        await RulesetHub.Integration(id, "Hook");
        await RulesetHub.Integration(id, "Sleeping", enabled: false);
        var after = await hub.Http.Ask(HttpMethod.Get, $"rulesets/{id}", null, ("If-None-Match", before));
        after.Expect(200).GetProperty("integration_count").GetInt32().Should().Be(2);
        after.Json.GetProperty("active_integration_count").GetInt32().Should().Be(1);
        after.Json.GetProperty("version").GetInt64().Should().Be(1);
        (await hub.Http.Patch($"rulesets/{id}", new { name = "Other" }, ("If-Match", after.Response.Headers.ETag!.Tag))).Expect(200);
    }

    [TestCase("""{"name":""}""", "name")]
    [TestCase("""{"name":"a\u0007b"}""", "name")]
    [TestCase("""{"name":"x","slug":"A B"}""", "slug")]
    [TestCase("""{"name":"x","search_priority":["jira","no_such_type"]}""", "search_priority[1]")]
    [TestCase("""{"name":"x","search_priority":["jira","teams","microsoft_teams"]}""", "search_priority[2]")]
    [TestCase("""{"name":"x","search_priority":[null]}""", "search_priority[0]")]
    [TestCase("""{"name":"x","response_guidelines":7}""", "response_guidelines")]
    [TestCase("""{"name":"x","context_rules":true}""", "context_rules")]
    [TestCase("""{"name":"x","ai_behavior_rules":{"a":"\u0000"}}""", "ai_behavior_rules")]
    [TestCase("""{"name":"x","conversation_rules":"\ud800"}""", "conversation_rules")]
    [TestCase("""{"name":"x","mode_settings":[]}""", "mode_settings")]
    [TestCase("""{"name":"x","kind":"team"}""", "kind")]
    [TestCase("""{"name":"x","is_active":"yes"}""", "is_active")]
    public async Task Input_that_breaks_a_rule_is_refused_and_named(string body, string field)
    {
        (await hub.Http.Post("rulesets", body)).Expect(400).Errors(field).Should().NotBeEmpty();
        var id = await RulesetHub.Ruleset(await RulesetHub.Tenant());
        (await hub.Http.Patch($"rulesets/{id}", body)).Expect(400).Errors(field).Should().NotBeEmpty();
        (await hub.Http.Get($"rulesets/{id}")).Expect(200).GetProperty("version").GetInt64().Should().Be(1);
    }

    [Test]
    public async Task Large_texts_are_refused_also_when_patches_would_add_up_to_them()
    {
        var tenant = await RulesetHub.Tenant();
        var megabyte = new string('x', 1024 * 1024);
        (await hub.Http.Post("rulesets", new { name = "Big", parent_id = tenant, context_rules = megabyte })).Expect(400).Errors("context_rules").Should().ContainMatch("*256 KB*");
        (await hub.Http.Post("rulesets", new { name = "Big", parent_id = tenant, description = megabyte })).Expect(400).Errors("description").Should().NotBeEmpty();
        var id = await RulesetHub.Ruleset(tenant);
        (await hub.Http.Patch($"rulesets/{id}", new { mode_settings = new { a = megabyte[..200_000] } })).Expect(200);
        (await hub.Http.Patch($"rulesets/{id}", new { mode_settings = new { b = megabyte[..200_000] } })).Expect(400).Errors("mode_settings").Should().NotBeEmpty();
    }

    [Test]
    public async Task Names_are_unique_beside_each_other_and_places_are_checked()
    {
        var tenant = await RulesetHub.Tenant();
        var first = await RulesetHub.Ruleset(tenant, "House rules");
        (await hub.Http.Post("rulesets", new { name = "House Rules!", parent_id = tenant })).Code(409).Should().Be("name_taken");
        var second = await RulesetHub.Ruleset(tenant, "Others");
        (await hub.Http.Patch($"rulesets/{second}", new { slug = "house-rules" })).Code(409).Should().Be("name_taken");
        (await hub.Http.Post("rulesets", new { name = "Inner", parent_id = first })).Expect(400).Errors("parent_id").Should().NotBeEmpty();
        (await hub.Http.Post("rulesets", new { name = "Nowhere", parent_id = 999_999_999 })).Expect(404);
        (await hub.Http.Get($"rulesets?parent_id={tenant}")).Expect(200).Ids().Should().Equal(first, second);
    }

    [Test]
    public async Task Lists_are_filtered_and_paged()
    {
        var tenant = await RulesetHub.Tenant();
        using var viewer = await hub.ClientWith("viewer", tenant);
        var first = await RulesetHub.Ruleset(tenant, "Alpha");
        var second = await RulesetHub.Ruleset(tenant, "Beta");
        var team = await hub.CreateScope("team", "Team", tenant);
        var third = await RulesetHub.Ruleset(team, "Gamma");
        (await hub.Http.Patch($"rulesets/{second}", new { is_active = false, description = "about alphabets" })).Expect(200);
        (await viewer.Get("rulesets")).Expect(200).Ids().Should().Equal(first, second, third);
        (await viewer.Get("rulesets?is_active=false")).Expect(200).Ids().Should().Equal(second);
        (await viewer.Get($"rulesets?parent_id={team}")).Expect(200).Ids().Should().Equal(third);
        (await viewer.Get("rulesets?q=ALPHA")).Expect(200).Ids().Should().Equal(first, second);
        var page = (await viewer.Get("rulesets?limit=2")).Expect(200);
        var cursor = page.GetProperty("next_cursor").GetString();
        (await viewer.Get($"rulesets?limit=2&cursor={cursor}")).Expect(200).Ids().Should().Equal(third);
        (await viewer.Get($"rulesets?is_active=true&cursor={cursor}")).Code(400).Should().Be("invalid_cursor");
    }

    [Test]
    public async Task Roles_and_other_tenants()
    {
        var tenant = await RulesetHub.Tenant();
        using var viewer = await hub.ClientWith("viewer", tenant);
        using var manager = await hub.ClientWith("manager", tenant);
        using var stranger = await hub.ClientWith("admin", await RulesetHub.Tenant());
        var id = (await manager.Post("rulesets", new { name = "Mine" })).Expect(201).GetProperty("id").GetInt64();
        var integration = new { name = "Hook", integration_type = "webhook", configuration = new { url = "https://example.com/" } };
        foreach (var (client, status) in new[] { (viewer, 403), (stranger, 404) })
        {
            (await client.Patch($"rulesets/{id}", new { name = "Theirs" })).Expect(status);
            (await client.Delete($"rulesets/{id}")).Expect(status);
            (await client.Post($"rulesets/{id}/integrations", integration)).Expect(status);
            (await client.Post($"rulesets/{id}/test-all-integrations")).Expect(status);
        }

        (await stranger.Get($"rulesets/{id}")).Expect(404);
        (await stranger.Get($"rulesets/{id}/integrations")).Expect(404);
        (await stranger.Get("rulesets")).Expect(200).Ids().Should().BeEmpty();
        (await viewer.Post("rulesets", new { name = "No" })).Expect(403);
        (await hub.Http.Get($"rulesets/{tenant}")).Expect(404);
        (await hub.Http.Patch($"rulesets/{tenant}", new { name = "No ruleset" })).Expect(404);
    }

    [Test]
    public async Task Deleting_asks_for_cascade_when_something_is_inside()
    {
        var tenant = await RulesetHub.Tenant();
        using var manager = await hub.ClientWith("manager", tenant);
        var id = await RulesetHub.Ruleset(tenant);
        await RulesetHub.Integration(id, "Hook");
        (await manager.Delete($"rulesets/{id}")).Code(409).Should().Be("scope_not_empty");
        (await manager.Delete($"rulesets/{id}?cascade=true")).Expect(204);
        (await manager.Get($"rulesets/{id}")).Expect(404);
        (await manager.Delete($"rulesets/{id}")).Expect(404);
        (await manager.Post("rulesets", new { name = "Support" })).Expect(201);
    }
}
