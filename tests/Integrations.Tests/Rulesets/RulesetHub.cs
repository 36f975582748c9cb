using System.Text.Json;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Rulesets;

/// <summary>One hub for all tests of this folder that keep to tenants of their own.</summary>
[SetUpFixture]
public sealed class RulesetHub
{
    private static HubFixture? hub;
    private static int count;

    public static HubFixture Hub => hub ?? throw new InvalidOperationException("The hub has not started.");

    public static Task<long> Tenant() => Hub.CreateScope("tenant", $"Tenant {Interlocked.Increment(ref count)}");

    public static async Task<long> Ruleset(long parent, string name = "Support", string[]? searchPriority = null) =>
        (await Hub.Http.Post("rulesets", new { name, parent_id = parent, search_priority = searchPriority ?? [] })).Expect(201).GetProperty("id").GetInt64();

    /// <summary>A webhook integration is active as soon as it is made; an OpenAI one takes a key.</summary>
    public static async Task<long> Integration(long scope, string name, string type = "webhook", int priority = 100, bool enabled = true) =>
        (await Hub.Http.Post("integrations", new { scope_id = scope, name, integration_type = type, priority, enabled, configuration = Values(type) }))
            .Expect(201).GetProperty("id").GetInt64();

    public static object Values(string type) => type switch
    {
        "openai" => new { api_key = "sk-proj-ruleset-secret-0001" },
        "sentry" => new { auth_token = "sntryu_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", organization_slug = "acme" },
        _ => new { url = "https://example.com/hook" },
    };

    public static string[] Names(JsonElement page) => [.. page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()!)];

    [OneTimeSetUp]
    public static async Task Start() => hub = await HubFixture.Start(setup => setup.Workers = false);

    [OneTimeTearDown]
    public static async Task Stop()
    {
        if (hub is not null)
            await hub.DisposeAsync();
    }
}
