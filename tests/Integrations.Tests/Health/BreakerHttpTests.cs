using System.Text.Json;
using FluentAssertions;
using Hub.Integrations.Health;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Health;

public sealed class BreakerHttpTests
{
    private static async Task Break(HealthHub hub, long id, string reason = "network")
    {
        for (var i = 0; i < HealthFold.BreakerOpensAfter; i++)
            await hub.Called(id, reason);
    }

    private static async Task<string?> Breaker(HealthHub hub, long id) => (await hub.Health(id)).GetProperty("breaker").GetProperty("state").GetString();

    private static Task<Answer> Resolve(HealthHub hub, string type) => hub.Http.Get($"integrations/resolve?integration_type={type}&scope_id=1");

    [Test]
    public async Task An_open_breaker_lets_one_probe_through_after_each_cool_down_until_one_works()
    {
        await using var hub = await HealthHub.Start();
        var id = await hub.Create();
        hub.Jira.Fails("network");
        await Break(hub, id);
        (await hub.Status(id), await Breaker(hub, id)).Should().Be(("error", "open"));
        (await Resolve(hub, "jira")).Expect(404);
        (await hub.TickAll()).Should().Be(0, "nothing is tried before the cool-down is over");
        foreach (var minutes in new[] { 1, 2, 4, 8 })
        {
            (await hub.ToNextCheck(id)).TotalMinutes.Should().Be(minutes);
            (await hub.Status(id)).Should().Be("error");
        }

        hub.Jira.Tested.Should().HaveCount(4);
        hub.Jira.Works();
        (await hub.ToNextCheck(id)).TotalMinutes.Should().Be(16);
        (await hub.Status(id), await Breaker(hub, id)).Should().Be(("active", "closed"));
        (await Resolve(hub, "jira")).Expect(200);
        hub.Told.Select(told => told.To).Should().Equal("warning", "error", "healthy");
    }

    [Test]
    public async Task A_real_call_that_works_closes_it_too()
    {
        await using var hub = await HealthHub.Start();
        var id = await hub.Create();
        await Break(hub, id);
        await hub.Called(id);
        (await hub.Status(id), await Breaker(hub, id)).Should().Be(("active", "closed"));
    }

    [Test]
    public async Task A_type_without_a_test_is_given_a_chance_by_a_real_call_after_each_cool_down()
    {
        await using var hub = await HealthHub.Start();
        var id = await hub.Create("Untestable", await PrivateType(hub), new { });
        await Break(hub, id);
        (await hub.Status(id)).Should().Be("error");
        hub.Time.Advance(TimeSpan.FromSeconds(59));
        await hub.TickAll();
        (await hub.Status(id)).Should().Be("error");

        hub.Time.Advance(TimeSpan.FromSeconds(1));
        await hub.TickAll();
        var half = await hub.Health(id);
        (await hub.Status(id), half.GetProperty("breaker").GetProperty("state").GetString()).Should().Be(("active", "half_open"));
        (half.GetProperty("health_status").GetString(), half.GetProperty("next_check_at").ValueKind).Should().Be(("error", JsonValueKind.Null), "work is let through, but nothing is claimed to be well");

        await hub.Called(id, "network");
        (await hub.Status(id)).Should().Be("error", "the first failure opens it again");
        hub.Time.Advance(TimeSpan.FromSeconds(61));
        await hub.TickAll();
        (await hub.Status(id)).Should().Be("error", "for twice as long");
        hub.Time.Advance(TimeSpan.FromSeconds(60));
        await hub.TickAll();
        (await hub.Status(id)).Should().Be("active");
        await hub.Called(id);
        (await hub.Status(id), await Breaker(hub, id)).Should().Be(("active", "closed"));
    }

    [Test]
    public async Task Another_configuration_starts_with_a_closed_breaker()
    {
        await using var hub = await HealthHub.Start();
        var id = await hub.Create();
        await Break(hub, id, "auth");
        (await hub.Status(id)).Should().Be("error");
        (await hub.Http.Patch($"integrations/{id}", new { configuration = new { api_token = "pat-health-0002" } })).Expect(200).GetProperty("status").GetString().Should().Be("active");
        (await Breaker(hub, id)).Should().Be("closed");
        hub.Jira.Works();
        (await hub.ToNextCheck(id)).Should().BeLessThanOrEqualTo(TimeSpan.FromMinutes(2));
        (await hub.Health(id)).GetProperty("health_status").GetString().Should().Be("healthy");
    }

    [Test]
    public async Task Of_many_observers_at_once_exactly_one_tells()
    {
        await using var hub = await HealthHub.Start();
        var id = await hub.Create();
        await hub.Called(id);
        hub.Told.Clear();
        await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => hub.Called(id, "auth", message: "Refused.")));
        hub.Told.Should().ContainSingle().Which.Should().Match<Contracts.IntegrationHealthChanged>(told => told.From == "healthy" && told.To == "error" && told.Message == "Refused.");
        var health = await hub.Health(id);
        health.GetProperty("breaker").GetProperty("failures").GetInt32().Should().Be(24, "none is lost");
        (await hub.Scalar<long>("select calls from integrations.health_slots where grain = 'day'")).Should().Be(25);
        (await hub.Scalar<long>("select count(*) from webhooks.live_events where type = 'integration.health_changed'")).Should().Be(2, "one for the first success, one for the failure");
    }

    internal static async Task<string> PrivateType(HealthHub hub)
    {
        (await hub.Http.Put("integrations/schemas/acme_queue", """
            { "id": "acme_queue", "name": "Acme Queue", "category": "collaboration", "platform_name": "acme", "integration_category": "messaging",
              "description": "A queue.", "docs_url": null, "display_order": 900, "featured": false, "aliases": [], "capabilities": [],
              "fields": [ { "name": "api_key", "label": "Key", "type": "secret" }, { "name": "certificate", "label": "Certificate", "type": "multiline" } ],
              "auth": null, "test": null, "webhook": null }
            """)).Expect(201);
        return "acme_queue";
    }
}
