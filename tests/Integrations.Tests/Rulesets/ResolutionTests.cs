using FluentAssertions;
using Hub.Integrations.Tests.Access;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Rulesets;

public sealed class ResolutionTests
{
    private readonly HubFixture hub = RulesetHub.Hub;

    [TestCase("smtp", "SMTP integration not configured. Configure it at /integrations.")]
    [TestCase("teams", "Microsoft Teams integration not configured. Configure it at /integrations.")]
    public async Task Nothing_anywhere_is_said_in_these_words(string type, string words)
    {
        var problem = (await Ask(type, await RulesetHub.Tenant())).Expect(404);
        problem.GetProperty("code").GetString().Should().Be("not_configured");
        problem.GetProperty("detail").GetString().Should().Be(words);
    }

    [Test]
    public async Task The_tenants_own_serves_before_the_platforms_whatever_their_priorities()
    {
        // What the platform has is everybody's: a hub of its own.
        await using var alone = await HubFixture.Start(setup => setup.Workers = false);
        var tenant = await alone.CreateScope("tenant", "Acme");
        var ruleset = await alone.CreateScope("ruleset", "Support", tenant);
        async Task<long> Create(long scope, int priority) => (await alone.Http.Post("integrations", new
        {
            scope_id = scope, name = "Hook", integration_type = "webhook", priority, configuration = RulesetHub.Values("webhook"),
        })).Expect(201).GetProperty("id").GetInt64();
        async Task<long> Served() =>
            (await alone.Http.Get($"integrations/resolve?integration_type=webhook&scope_id={ruleset}")).Expect(200).GetProperty("id").GetInt64();

        var platform = await Create(1, 1);
        (await Served()).Should().Be(platform);
        var own = await Create(tenant, 1000);
        (await Served()).Should().Be(own);
        (await alone.Http.Delete($"integrations/{own}")).Expect(204);
        (await Served()).Should().Be(platform);
    }

    [Test]
    public async Task Equal_priorities_are_served_by_the_oldest_and_lower_ones_first()
    {
        var tenant = await RulesetHub.Tenant();
        var oldest = await RulesetHub.Integration(tenant, "Z oldest");
        var second = await RulesetHub.Integration(tenant, "A second");
        (await Served(tenant)).Should().Be(oldest);
        (await hub.Http.Patch($"integrations/{second}", new { priority = 99 })).Expect(200);
        (await Served(tenant)).Should().Be(second);
    }

    [Test]
    public async Task What_is_off_unfinished_or_stopped_by_its_breaker_does_not_serve()
    {
        var tenant = await RulesetHub.Tenant();
        await RulesetHub.Integration(tenant, "Off", "openai", 1, enabled: false);
        (await hub.Http.Post("integrations", new { scope_id = tenant, name = "Unfinished", integration_type = "openai", enabled = false, priority = 2 })).Expect(201);
        (await Ask("openai", tenant)).Code(404).Should().Be("not_configured");

        var broken = (await hub.Http.Post("integrations", new
        {
            scope_id = tenant, name = "Broken", integration_type = "webhook", priority = 1, configuration = new { direction = "outbound", url = "http://127.0.0.1:1/" },
        })).Expect(201).GetProperty("id").GetInt64();
        var standIn = await RulesetHub.Integration(tenant, "Stands in");
        (await Served(tenant)).Should().Be(broken);
        await HubFixture.Eventually(
            async () =>
            {
                (await hub.Http.Post($"integrations/{broken}/test")).Expect(200).GetProperty("success").GetBoolean().Should().BeFalse();
                return (await hub.Http.Get($"integrations/{broken}")).Expect(200).GetProperty("status").GetString();
            },
            status => status == "error", "failing again and again opens the breaker");
        (await Served(tenant)).Should().Be(standIn);
    }

    [Test]
    public async Task Scopes_outside_of_the_callers_own_are_not_there()
    {
        var tenant = await RulesetHub.Tenant();
        var team = await hub.CreateScope("team", "Team", tenant);
        await RulesetHub.Integration(tenant, "Hook");
        using var inTeam = await hub.ClientWith("viewer", team);
        using var stranger = await hub.ClientWith("admin", await RulesetHub.Tenant());
        (await inTeam.Get($"integrations/resolve?integration_type=webhook&scope_id={team}")).Expect(200).GetProperty("configuration").GetRawText().Should().Be("{}");
        (await inTeam.Get($"integrations/resolve?integration_type=webhook&scope_id={tenant}")).Code(404).Should().Be("not_found");
        (await stranger.Get($"integrations/resolve?integration_type=webhook&scope_id={team}")).Code(404).Should().Be("not_found");
        (await inTeam.Get($"integrations/resolve?integration_type=no_such&scope_id={team}")).Expect(400).Errors("integration_type").Should().NotBeEmpty();
        (await inTeam.Get("integrations/resolve")).Expect(400).Errors("scope_id").Should().NotBeEmpty();
    }

    private Task<Answer> Ask(string type, long scope) => hub.Http.Get($"integrations/resolve?integration_type={type}&scope_id={scope}");

    private async Task<long> Served(long scope) => (await Ask("webhook", scope)).Expect(200).GetProperty("id").GetInt64();
}
