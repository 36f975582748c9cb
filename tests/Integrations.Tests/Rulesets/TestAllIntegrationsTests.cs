using System.Text.Json;
using FluentAssertions;
using Hub.Integrations.ConnectionTests;
using Hub.Integrations.Integrations;
using Hub.TestHarness;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Rulesets;

public sealed class TestAllIntegrationsTests
{
    [Test]
    public async Task One_that_fails_or_breaks_never_breaks_the_answer()
    {
        await using var server = await StubServer.Start(_ => (200, "{}"));
        await using var hub = await HubFixture.Start(setup => setup.Services = services => services.AddSingleton<IConnectionTest>(new BreakingTest("sentry")));
        var ruleset = (await hub.Http.Post("rulesets", new { name = "R", search_priority = new[] { "webhook", "sentry" } })).Expect(201).GetProperty("id").GetInt64();
        await Add(hub, ruleset, "works", "webhook", new { url = $"{server.Url}/hook", direction = "outbound" });
        await Add(hub, ruleset, "away", "webhook", new { url = "http://127.0.0.1:1/", direction = "outbound" });
        await Add(hub, ruleset, "breaks", "sentry", RulesetHub.Values("sentry"));
        await Add(hub, ruleset, "off", "webhook", new { url = "http://127.0.0.1:1/", direction = "outbound" }, enabled: false);
        var answer = (await hub.Http.Post($"rulesets/{ruleset}/test-all-integrations")).Expect(200);
        answer.GetProperty("total_integrations").GetInt32().Should().Be(3);
        var results = answer.GetProperty("results").EnumerateArray().ToDictionary(result => result.GetProperty("integration_name").GetString()!);
        results.Keys.Should().Equal("works", "away", "breaks");
        results["away"].GetProperty("status").GetString().Should().Be("failed");
        results["away"].GetProperty("message").GetString().Should().NotBeEmpty();
        results["breaks"].GetProperty("status").GetString().Should().Be("failed");
        results["breaks"].GetProperty("message").GetString().Should().NotContain(BreakingTest.Secret);
        results["breaks"].GetProperty("integration_type").GetString().Should().Be("sentry");
        answer.GetProperty("failed_connections").GetInt32().Should().Be(results.Values.Count(result => result.GetProperty("status").GetString() == "failed"));
        answer.GetProperty("successful_connections").GetInt32().Should().Be(3 - answer.GetProperty("failed_connections").GetInt32());
        hub.Logs.Lines.Should().NotContain(line => line.Contains(BreakingTest.Secret));

        // The tests count for health like any other, under the caller's name.
        var tested = results["away"].GetProperty("integration_id").GetInt64();
        (await hub.Http.Get($"integrations/{tested}")).Expect(200).GetProperty("last_test").GetProperty("success").GetBoolean().Should().BeFalse();
        (await hub.Http.Get($"audit?target_type=integration&target_id={tested}&action=integration.tested")).Expect(200)
            .GetProperty("items").EnumerateArray().Single().GetProperty("actor").GetProperty("name").GetString().Should().NotBe("system");
    }

    [Test]
    public async Task They_run_side_by_side_but_at_most_eight()
    {
        var gate = new GatedTest("sentry");
        await using var hub = await HubFixture.Start(setup => setup.Services = services => services.AddSingleton<IConnectionTest>(gate));
        var ruleset = (await hub.Http.Post("rulesets", new { name = "R" })).Expect(201).GetProperty("id").GetInt64();
        for (var i = 0; i < 20; i++)
            await Add(hub, ruleset, $"Sentry {i}", "sentry", RulesetHub.Values("sentry"));
        var asked = hub.Http.Post($"rulesets/{ruleset}/test-all-integrations");
        await HubFixture.Eventually(() => Task.FromResult(gate.Running), running => running == 8, "eight tests run at once");
        gate.Open();
        (await asked).Expect(200).GetProperty("successful_connections").GetInt32().Should().Be(20);
        gate.Most.Should().Be(8);
    }

    [Test]
    public async Task One_that_hangs_is_one_failed_result()
    {
        var time = new FakeTime(DateTimeOffset.UtcNow);
        var gate = new GatedTest("sentry");
        await using var hub = await HubFixture.Start(setup =>
        {
            setup.Time = time;
            setup.Workers = false;
            setup.Services = services => services.AddSingleton<IConnectionTest>(gate);
        });
        var ruleset = (await hub.Http.Post("rulesets", new { name = "R" })).Expect(201).GetProperty("id").GetInt64();
        await Add(hub, ruleset, "hangs", "sentry", RulesetHub.Values("sentry"));
        await Add(hub, ruleset, "answers", "webhook", RulesetHub.Values("webhook"));
        var asked = hub.Http.Post($"rulesets/{ruleset}/test-all-integrations");
        await HubFixture.Eventually(() => Task.FromResult(gate.Running), running => running == 1, "the test hangs");
        time.Advance(TimeSpan.FromSeconds(61));
        var answer = (await asked).Expect(200);
        answer.GetProperty("total_integrations").GetInt32().Should().Be(2);
        var hung = answer.GetProperty("results").EnumerateArray().Single(result => result.GetProperty("integration_name").GetString() == "hangs");
        hung.GetProperty("message").GetString().Should().Contain("60 s");
    }

    [Test]
    public async Task An_empty_ruleset_has_an_empty_answer()
    {
        var ruleset = await RulesetHub.Ruleset(await RulesetHub.Tenant());
        var answer = (await RulesetHub.Hub.Http.Post($"rulesets/{ruleset}/test-all-integrations")).Expect(200);
        answer.GetRawText().Should().Be("""{"total_integrations":0,"successful_connections":0,"failed_connections":0,"results":[]}""");
    }

    private static async Task Add(HubFixture hub, long ruleset, string name, string type, object configuration, bool enabled = true) =>
        (await hub.Http.Post($"rulesets/{ruleset}/integrations", new { name, integration_type = type, configuration, enabled })).Expect(201);

    private sealed class BreakingTest(string type) : IConnectionTest
    {
        public const string Secret = "a-word-from-the-other-side";

        public string Type => type;

        public Task<Finding> Run(EffectiveConfiguration subject, TestProbe probe, CancellationToken ct) => throw new InvalidOperationException(Secret);
    }

    private sealed class GatedTest(string type) : IConnectionTest
    {
        private readonly TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Lock gate = new();

        public string Type => type;

        public int Running { get; private set; }

        public int Most { get; private set; }

        public void Open() => open.SetResult();

        public async Task<Finding> Run(EffectiveConfiguration subject, TestProbe probe, CancellationToken ct)
        {
            lock (gate)
                Most = Math.Max(Most, ++Running);
            await open.Task.WaitAsync(ct);
            lock (gate)
                Running--;
            return new Finding("fine", null, 1, null);
        }
    }
}
