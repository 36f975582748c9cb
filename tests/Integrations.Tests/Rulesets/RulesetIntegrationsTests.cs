using FluentAssertions;
using Hub.Integrations.Tests.Access;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Rulesets;

public sealed class RulesetIntegrationsTests
{
    private readonly HubFixture hub = RulesetHub.Hub;

    [Test]
    public async Task They_come_by_search_priority_then_priority_then_age()
    {
        var ruleset = await RulesetHub.Ruleset(await RulesetHub.Tenant(), searchPriority: ["openai", "jira", "webhook"]);
        await RulesetHub.Integration(ruleset, "unlisted", "sentry", 1);
        await RulesetHub.Integration(ruleset, "hook b");
        await RulesetHub.Integration(ruleset, "hook c");
        await RulesetHub.Integration(ruleset, "hook a", priority: 50);
        await RulesetHub.Integration(ruleset, "ai", "openai", 900);
        string[] expected = ["ai", "hook a", "hook b", "hook c", "unlisted"];
        RulesetHub.Names((await hub.Http.Get($"rulesets/{ruleset}/integrations")).Expect(200)).Should().Equal(expected);

        var walked = new List<string>();
        for (string? cursor = null; ;)
        {
            var page = (await hub.Http.Get($"rulesets/{ruleset}/integrations?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}")).Expect(200);
            walked.AddRange(RulesetHub.Names(page));
            if ((cursor = page.GetProperty("next_cursor").GetString()) is null)
                break;
        }

        walked.Should().Equal(expected);
        RulesetHub.Names((await hub.Http.Get($"rulesets/{ruleset}/integrations?integration_type=webhook")).Expect(200)).Should().Equal("hook a", "hook b", "hook c");
        RulesetHub.Names((await hub.Http.Get($"rulesets/{ruleset}/integrations?integration_type=no_such")).Expect(200)).Should().BeEmpty();
    }

    [Test]
    public async Task Only_active_ones_are_shown_unless_all_are_asked_for()
    {
        var ruleset = await RulesetHub.Ruleset(await RulesetHub.Tenant());
        await RulesetHub.Integration(ruleset, "on");
        await RulesetHub.Integration(ruleset, "off", enabled: false);
        (await hub.Http.Post($"rulesets/{ruleset}/integrations", new { name = "unfinished", integration_type = "openai", enabled = false })).Expect(201)
            .GetProperty("status").GetString().Should().Be("configuring");
        RulesetHub.Names((await hub.Http.Get($"rulesets/{ruleset}/integrations")).Expect(200)).Should().Equal("on");
        RulesetHub.Names((await hub.Http.Get($"rulesets/{ruleset}/integrations?active_only=false")).Expect(200)).Should().Equal("on", "off", "unfinished");
        (await hub.Http.Get($"rulesets/{ruleset}/integrations?active_only=maybe")).Expect(400).Errors("active_only").Should().NotBeEmpty();
    }

    [Test]
    public async Task Inherited_ones_are_those_that_resolution_would_choose_and_do_not_show_what_is_above()
    {
        var tenant = await RulesetHub.Tenant();
        var team = await hub.CreateScope("team", "Team", tenant);
        var ruleset = await RulesetHub.Ruleset(team);
        await RulesetHub.Integration(tenant, "tenant ai", "openai");
        await RulesetHub.Integration(tenant, "tenant hook", priority: 1);
        await RulesetHub.Integration(team, "team hook second", priority: 20);
        await RulesetHub.Integration(team, "team hook first", priority: 10);
        await RulesetHub.Integration(team, "team hook off", priority: 1, enabled: false);
        RulesetHub.Names((await hub.Http.Get($"rulesets/{ruleset}/integrations")).Expect(200)).Should().BeEmpty();
        RulesetHub.Names((await hub.Http.Get($"rulesets/{ruleset}/integrations?include_inherited=true")).Expect(200)).Should().Equal("team hook first", "tenant ai");

        using var inside = await hub.ClientWith("viewer", ruleset);
        var shown = (await inside.Get($"rulesets/{ruleset}/integrations?include_inherited=true")).Expect(200);
        shown.GetProperty("items").EnumerateArray().Should().OnlyContain(item => item.GetProperty("configuration").GetRawText() == "{}");

        await RulesetHub.Integration(ruleset, "own hook off", enabled: false);
        RulesetHub.Names((await hub.Http.Get($"rulesets/{ruleset}/integrations?include_inherited=true&active_only=false")).Expect(200))
            .Should().Equal("team hook first", "tenant ai", "own hook off");
        await RulesetHub.Integration(ruleset, "own hook");
        RulesetHub.Names((await hub.Http.Get($"rulesets/{ruleset}/integrations?include_inherited=true")).Expect(200)).Should().Equal("tenant ai", "own hook");
    }

    [Test]
    public async Task One_is_created_on_the_rulesets_own_scope_by_the_usual_rules()
    {
        var ruleset = await RulesetHub.Ruleset(await RulesetHub.Tenant());
        var answer = await hub.Http.Post($"rulesets/{ruleset}/integrations", new { name = "AI", integration_type = "openai", configuration = RulesetHub.Values("openai") });
        var created = answer.Expect(201);
        answer.Response.Headers.Location.Should().Be($"/api/v1/integrations/{created.GetProperty("id").GetInt64()}");
        created.GetProperty("scope_id").GetInt64().Should().Be(ruleset);
        answer.Text.Should().NotContain("ruleset-secret");
        (await hub.Http.Post($"rulesets/{ruleset}/integrations", new { name = "ai", integration_type = "openai", configuration = RulesetHub.Values("openai") })).Code(409).Should().Be("name_taken");
        (await hub.Http.Post($"rulesets/{ruleset}/integrations", new { name = "B", integration_type = "openai" })).Expect(400).Errors("configuration.api_key").Should().NotBeEmpty();
        (await hub.Http.Post($"rulesets/{ruleset}/integrations", new { name = "B", integration_type = "nope" })).Expect(400).Errors("integration_type").Should().NotBeEmpty();
        (await hub.Http.Post($"rulesets/{ruleset}/integrations", new { name = "B", integration_type = "webhook", scope_id = 1 })).Code(400).Should().Be("unknown_field");
    }
}
