using System.Text.Json;
using System.Text.Json.Nodes;
using FluentAssertions;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Problems;
using Hub.TestHarness;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Hub.Integrations.Tests.ConfigFiles;

public sealed class ConfigFilesTests
{
    private const string PlatformKey = "sk-proj-config-file-platform-1";
    private const string HookToken = "token-in-config-file-tests-2";
    private const string EndpointSecret = "whsec_ZW5kcG9pbnQtc2VjcmV0LW9mLWNvbmZpZy1maWxlcw==";
    private static readonly JsonSerializerOptions Pretty = new(HubJson.Options) { WriteIndented = true, NewLine = "\n" };
    private HubFixture hub = null!;

    [SetUp]
    public async Task Start() => hub = await HubFixture.Start(Settled);

    [TearDown]
    public async Task Stop() => await hub.DisposeAsync();

    private static void Settled(HubSetup setup)
    {
        setup.Workers = false;
        setup.Settings["OPENAI_API_KEY"] = PlatformKey;
        setup.Settings["ACME_CORE_ALERTS_AUTH_TOKEN"] = HookToken;
        setup.Settings["ACME_HOOKS_EXAMPLE_COM_1_SECRET"] = EndpointSecret;
    }

    private static async Task<T> Ask<T>(HubFixture hub, IRequest<T> request)
    {
        await using var scope = hub.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }

    private Task<ConfigPlan> Plan(string text, bool prune = false) => Ask(hub, new PlanConfig(text, prune));

    private static async Task<ConfigPlan> Apply(HubFixture hub, string text, bool prune = false)
    {
        var plan = await Ask(hub, new PlanConfig(text, prune));
        plan.Errors.Should().BeEmpty();
        var applied = await Ask(hub, new ApplyConfig(text, prune, plan));
        applied.Errors.Should().BeEmpty();
        return applied;
    }

    private Task<string> Export() => Ask(hub, new ExportConfig());

    private static string Edit(string text, Action<JsonObject> change)
    {
        var document = JsonNode.Parse(text)!.AsObject();
        change(document);
        return document.ToJsonString();
    }

    /// <summary>A tenant with a team, an inherited and locked configuration over an older value below, and two integrations.</summary>
    private async Task Fill()
    {
        var tenant = await hub.CreateScope("tenant", "Acme");
        var team = await hub.CreateScope("team", "Core", tenant);
        (await hub.Http.Put($"scopes/{team}/config/openai", new { values = new { organization_id = "org-Core", default_model = "gpt-5" } })).Expect(200);
        (await hub.Http.Put("scopes/1/config/openai", new { values = new { api_key = PlatformKey, organization_id = "org-All" }, locked = new[] { "organization_id" } })).Expect(200);
        (await hub.Http.Post("integrations", new { scope_id = team, name = "Words", integration_type = "openai", configuration = new { }, priority = 7 })).Expect(201);
        (await hub.Http.Post("integrations", new
        {
            scope_id = team,
            name = "Alerts",
            integration_type = "webhook",
            enabled = false,
            configuration = new { direction = "outbound", url = "https://example.com/hook", auth_type = "bearer", auth_token = HookToken, headers = new { b = "2", a = "1" } },
        })).Expect(201);
        (await hub.Http.Post("rulesets", new
        {
            name = "Support", parent_id = tenant, search_priority = new[] { "notion_database", "webhook" }, response_guidelines = "Be short.", mode_settings = new { strict = true },
        })).Expect(201);
        (await hub.Http.Post("webhooks/endpoints", new { scope_id = tenant, url = "https://hooks.example.com/in", event_types = new[] { "ticket.*" }, filter = new { status = "Done" }, secret = EndpointSecret })).Expect(201);
    }

    [Test]
    public async Task A_hub_travels_as_text_without_its_secrets_and_arrives_the_same()
    {
        await Fill();
        var text = await Export();
        text.Should().NotContain(PlatformKey).And.NotContain(HookToken).And.NotContain(EndpointSecret).And.NotContain("CfDJ8").And.Contain("env:ACME_CORE_ALERTS_AUTH_TOKEN").And.Contain("\"hmac:");
        (await Export()).Should().Be(text);
        (await Plan(text)).ChangesNothing.Should().BeTrue();

        await using var other = await HubFixture.Start(Settled);
        var plan = await Apply(other, text);
        (plan.Added, plan.Changed, plan.Deleted).Should().Be((8, 0, 0));
        (await Ask(other, new ExportConfig())).Should().Be(text, "the test hubs share a master key, so even the fingerprints agree");
        (await Ask(other, new PlanConfig(text, true))).ChangesNothing.Should().BeTrue();
        var words = (await other.Http.Get("integrations?q=Words")).Expect(200).GetProperty("items")[0];
        words.GetProperty("status").GetString().Should().Be("active", "its key is inherited");
    }

    [Test]
    public async Task A_plan_shows_each_difference_and_changes_nothing_until_it_is_applied()
    {
        await Fill();
        var before = await Export();
        var text = Edit(before, document =>
        {
            document["scopes"]![0]!["name"] = "Acme Ltd";
            document["scopes"]![2]!["ruleset"]!["search_priority"] = new JsonArray("webhook");
            document["configuration"]![0]!["values"]!["organization_id"] = "org-New";
            document["integrations"]![0]!["priority"] = 3;
            document["endpoints"]![0]!["rate_limit"] = 5;
            document["integrations"]!.AsArray().Add(new JsonObject { ["scope"] = "/acme", ["name"] = "More", ["type"] = "openai", ["configuration"] = new JsonObject() });
        });
        var plan = await Plan(text);
        plan.Lines.Should().Equal(
            "~ scope /acme", "    ~ name: Acme -> Acme Ltd",
            "~ scope /acme/support", "    ~ search_priority: notion_database, webhook -> webhook",
            "~ configuration of openai at /", "    ~ configuration.organization_id: \"org-All\" -> \"org-New\"",
            "~ integration \"Alerts\" at /acme/core", "    ~ priority: 100 -> 3",
            "+ integration \"More\" at /acme", "    + enabled: true", "    + name: More", "    + priority: 100", "    + secret_source: stored", "    + type: openai",
            "~ endpoint https://hooks.example.com/in at /acme", "    + rate_limit: 5");
        (await Export()).Should().Be(before);
        await Apply(hub, text);
        (await Plan(text)).ChangesNothing.Should().BeTrue();
        (await hub.Http.Get("integrations?q=More")).Expect(200).GetProperty("items")[0].GetProperty("status").GetString().Should().Be("active");
        (await hub.Http.Get("audit?action=scope.updated")).Expect(200).GetProperty("items")[0].GetProperty("actor").GetProperty("name").GetString().Should().Be("command line");
    }

    [Test]
    public async Task Endpoints_keep_their_kind_of_signature_and_who_is_told_of_their_failures()
    {
        await Fill();
        var tenant = (await hub.Http.Get("scopes?kind=tenant")).Expect(200).GetProperty("items")[0].GetProperty("id").GetInt64();
        (await hub.Http.Post("webhooks/endpoints", new
        {
            scope_id = tenant, url = "https://hooks.example.com/signed", signature = "ed25519", contact_email = "ops@example.com",
        })).Expect(201);
        var text = await Export();
        (await Plan(text)).Should().Match<ConfigPlan>(plan => plan.ChangesNothing && plan.Errors.Count == 0);

        await using var other = await HubFixture.Start(Settled);
        await Apply(other, text);
        (await Ask(other, new ExportConfig())).Should().Be(text);
        var made = (await other.Http.Get("webhooks/endpoints")).Expect(200).GetProperty("items").EnumerateArray()
            .Single(one => one.GetProperty("url").GetString()!.EndsWith("signed", StringComparison.Ordinal));
        made.GetProperty("public_key").GetString().Should().StartWith("whpk_");
        made.GetProperty("contact_email").GetString().Should().Be("ops@example.com");

        async Task<ConfigPlan> Planned(Action<JsonObject> change) => await Plan(Edit(text, document => change(document["endpoints"]![1]!.AsObject())));
        (await Planned(signed => signed["contact_email"] = "help@example.com")).Lines
            .Should().Equal("~ endpoint https://hooks.example.com/signed at /acme", "    ~ contact_email: ops@example.com -> help@example.com");
        (await Planned(signed => signed["contact_email"] = "nobody")).Errors.Should().ContainSingle().Which.Should().Contain("contact_email");
        (await Planned(signed => signed["signature"] = "hmac")).Errors.Should().ContainSingle().Which.Should().Contain("signature cannot change");
        (await Planned(signed => signed.Remove("signature"))).ChangesNothing.Should().BeTrue("a text that does not speak of it leaves it");
        await Apply(hub, Edit(text, document => document["endpoints"]![1]!.AsObject().Remove("contact_email")));
        (await Export()).Should().NotContain("ops@example.com");
    }

    [Test]
    public async Task What_the_text_does_not_name_is_kept_unless_pruned()
    {
        await Fill();
        var text = Edit(await Export(), document =>
        {
            document["scopes"]!.AsArray().RemoveAt(2);
            document["scopes"]!.AsArray().RemoveAt(1);
            document["configuration"]!.AsArray().RemoveAt(1);
            document["integrations"]!.AsArray().Clear();
            document["endpoints"]!.AsArray().Clear();
        });
        var kept = await Plan(text);
        (kept.Kept, kept.ChangesNothing).Should().Be((6, true));
        kept.Lines.Should().OnlyContain(line => line.StartsWith("= "));
        (await Apply(hub, text, prune: true)).Deleted.Should().Be(6);
        (await Export()).Should().Be(JsonSerializer.Serialize(JsonNode.Parse(text), Pretty) + "\n");
    }

    [Test]
    public async Task A_secret_is_changed_when_its_value_is_another_one()
    {
        await Fill();
        var text = await Export();
        hub.Configuration["OPENAI_API_KEY"] = "sk-proj-config-file-platform-9";
        var plan = await Plan(text);
        plan.Lines.Should().HaveCount(2).And.Contain(line => line.Contains("configuration.api_key: [SECRET hmac:"));
        await Apply(hub, text);
        (await Plan(text)).ChangesNothing.Should().BeTrue();
        (await Export()).Should().NotBe(text, "the fingerprint is another one");
    }

    [Test]
    public async Task Everything_wrong_is_told_at_once_with_its_place_and_nothing_is_applied()
    {
        await Fill();
        var before = await Export();
        async Task<string> Errors(Action<JsonObject> change) => string.Join("\n", (await Plan(Edit(before, change))).Errors);

        (await Errors(document =>
        {
            document["integrations"]![0]!["configuration"]!["auth_token"] = "in plain text";
            document["integrations"]![1]!["type"] = "nonsense";
            document["configuration"]![0]!["values"]!["api_key"] = new JsonObject { ["secret"] = "env:NOT_THERE" };
            document["configuration"]![1]!["scope"] = "/nowhere";
        })).Split('\n').Should().HaveCount(4).And.Contain(error => error.Contains("does not belong into this text"))
            .And.Contain(error => error.Contains("nonsense is not a known")).And.Contain(error => error.Contains("not at env:NOT_THERE"))
            .And.Contain(error => error.Contains("there is no scope /nowhere"));
        (await Errors(document => document["integrations"]![0]!["configuration"]!["url"] = "ftp://x")).Should().Be(
            "integration \"Alerts\" at /acme/core: configuration.url must be an address that begins with http:// or https://, without user name and password");
        (await Errors(document => document["integrations"]![1]!["configuration"]!["organization_id"] = "org-X")).Should().Contain("is locked by Platform");
        (await Errors(document => document["integrations"]![0]!["type"] = "openai")).Should().NotBeEmpty();
        (await Errors(document => document["scopes"]![1]!["kind"] = "project")).Should().Contain("kind cannot change");
        (await Errors(document => document["configuration"]![0]!["values"]!["api_key"] = new JsonObject { ["secret"] = "env:HUB_MASTER_KEY" })).Should().Contain("api_key is a secret");
        (await Errors(document => document["typo"] = 1)).Should().Contain("typo");
        foreach (var unreadable in (string[])["nonsense", "null", "{}", """{"version":1,"scopes":[null],"configuration":[],"integrations":[],"endpoints":[]}"""])
            (await Plan(unreadable)).Errors.Should().ContainSingle();
        (await Errors(document => document["scopes"]!.AsArray().Add(new JsonObject { ["kind"] = "team" }))).Should().Contain("path");
        (await Export()).Should().Be(before);
    }

    [Test]
    public async Task A_plan_that_no_longer_holds_is_not_applied()
    {
        await Fill();
        var text = Edit(await Export(), document => document["scopes"]![0]!["name"] = "Acme Ltd");
        var plan = await Plan(text);
        var tenant = (await hub.Http.Get("scopes?kind=tenant")).Expect(200).GetProperty("items")[0].GetProperty("id").GetInt64();
        (await hub.Http.Patch($"scopes/{tenant}", new { name = "Changed meanwhile" })).Expect(200);
        await FluentActions.Awaiting(() => Ask(hub, new ApplyConfig(text, false, plan))).Should().ThrowAsync<ConflictException>();
        (await hub.Http.Get($"scopes/{tenant}")).Expect(200).GetProperty("name").GetString().Should().Be("Changed meanwhile");
    }
}
