using System.Text.Json;
using FluentAssertions;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests;

public sealed class IntegrationsLifecycleTests
{
    private static object Openai(long scope, string name = "Assistant") => new { scope_id = scope, name, integration_type = "openai", configuration = new { api_key = "sk-proj-lifecycle-secret-0001" } };

    private static string[] Names(JsonElement json) => [.. json.EnumerateObject().Select(member => member.Name)];

    [Test]
    public async Task An_integration_reads_exactly_as_the_contract_says()
    {
        await using var hub = await HubFixture.Start();
        var project = await hub.CreateProject();
        var created = (await hub.Http.Post("integrations", new
        {
            scope_id = project,
            name = " Payments Jira ",
            integration_type = "jira",
            configuration = new { base_url = " https://acme.atlassian.net ", email = "a@b.c", api_token = "ATATT3xLifecycleSecret1" },
        })).Expect(201);
        Names(created).Should().BeEquivalentTo(
            "id", "scope_id", "name", "integration_type", "platform_name", "integration_category", "enabled", "status", "health_status", "priority", "secret_source",
            "configuration", "missing_fields", "last_tested_at", "last_test", "webhook_url", "version", "created_at", "updated_at");
        created.GetProperty("name").GetString().Should().Be("Payments Jira");
        created.GetProperty("configuration").GetRawText().Should().Be("""{"base_url":"https://acme.atlassian.net","email":"a@b.c","api_token":"[ENCRYPTED]"}""");
        created.GetProperty("status").GetString().Should().Be("active");
        created.GetProperty("health_status").GetString().Should().Be("unknown");
        created.GetProperty("priority").GetInt32().Should().Be(100);
        created.GetProperty("integration_category").GetString().Should().Be("ticketing");
        created.GetProperty("webhook_url").GetString().Should().MatchRegex("^/api/v1/webhooks/in/[A-Za-z0-9_-]{43}$");
        var read = await hub.Http.Get($"integrations/{created.GetProperty("id")}");
        read.Expect(200).GetRawText().Should().Be(created.GetRawText());
        read.Response.Headers.ETag!.Tag.Should().Be("\"1\"");
    }

    [TestCase("""{"integration_type":"nonsense","configuration":{}}""", "integration_type")]
    [TestCase("""{"integration_type":"openai","configuration":{}}""", "configuration.api_key")]
    [TestCase("""{"integration_type":"openai","configuration":{"api_key":7}}""", "configuration.api_key")]
    [TestCase("""{"integration_type":"openai","configuration":{"api_key":"sk-proj-lifecycle-secret-0009","colour":"red"}}""", "configuration.colour")]
    [TestCase("""{"integration_type":"openai","configuration":[]}""", "configuration")]
    [TestCase("""{"integration_type":"openai","configuration":{"api_key":"sk-proj-lifecycle-secret-0009"},"priority":0}""", "priority")]
    [TestCase("""{"integration_type":"openai","configuration":{"api_key":"sk-proj-lifecycle-secret-0009"},"priority":1001}""", "priority")]
    [TestCase("""{"integration_type":"openai","configuration":{"api_key":"sk-proj-lifecycle-secret-0009"},"secret_source":"vault"}""", "secret_source")]
    [TestCase("""{"integration_type":"openai","configuration":{"api_key":"sk-proj-lifecycle-secret-0009"},"name":"line\nbreak"}""", "name")]
    [TestCase("""{"integration_type":"openai","configuration":{"api_key":"sk-proj-lifecycle-secret-0009"},"name":""}""", "name")]
    [TestCase("""{"integration_type":"openai","configuration":{"api_key":"sk-proj-lifecycle-secret-0009"},"status":"active"}""", "status")]
    [TestCase("""{"integration_type":"openai","configuration":{"api_key":"sk-proj-lifecycle-secret-0009","api_key":"sk-proj-lifecycle-secret-0008"}}""", "configuration.api_key")]
    public async Task A_wrong_creation_is_400_and_names_the_field(string body, string field)
    {
        await using var hub = await HubFixture.Start();
        var document = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(body)!;
        var members = body.Contains("\"name\"", StringComparison.Ordinal) ? "" : "\"name\":\"N\",";
        var answer = await hub.Http.Post("integrations", $"{{\"scope_id\":1,{members}{body[1..]}");
        Names(answer.Expect(400).GetProperty("errors")).Should().Contain(field, $"that is what is wrong with {document.Count} members");
        (await hub.Http.Get("integrations")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(0);
    }

    [Test]
    public async Task An_incomplete_one_waits_until_it_is_complete_and_switched_on()
    {
        await using var hub = await HubFixture.Start();
        var created = (await hub.Http.Post("integrations", new { scope_id = 1, name = "Later", integration_type = "jira", enabled = false })).Expect(201);
        created.GetProperty("status").GetString().Should().Be("configuring");
        created.GetProperty("missing_fields").GetRawText().Should().Be("""["base_url","api_token"]""");
        var path = $"integrations/{created.GetProperty("id")}";
        var refused = (await hub.Http.Patch($"{path}/status", new { enabled = true })).Expect(409);
        refused.GetProperty("code").GetString().Should().Be("missing_fields");
        Names(refused.GetProperty("errors")).Should().Equal("configuration.base_url", "configuration.api_token");
        Names((await hub.Http.Patch(path, new { enabled = true })).Expect(400).GetProperty("errors")).Should().HaveCount(2);

        var complete = (await hub.Http.Patch(path, """{"configuration":{"base_url":"https://jira.acme.test","api_token":"pat-lifecycle"}}""")).Expect(200);
        (complete.GetProperty("status").GetString(), complete.GetProperty("missing_fields").GetArrayLength()).Should().Be(("inactive", 0));
        (await hub.Http.Patch($"{path}/status", new { enabled = true })).Expect(200).GetProperty("status").GetString().Should().Be("active");
        (await hub.Http.Patch($"{path}/status", new { enabled = false })).Expect(200).GetProperty("status").GetString().Should().Be("inactive");
        (await hub.Http.Patch($"{path}/status", "{}")).Expect(400);
        Names((await hub.Http.Patch(path, """{"enabled":true,"configuration":{"api_token":null}}""")).Expect(400).GetProperty("errors")).Should().Equal("configuration.api_token");
    }

    [Test]
    public async Task A_name_is_given_once_per_scope_however_many_ask_at_once()
    {
        await using var hub = await HubFixture.Start();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => hub.Http.Post("integrations", Openai(1, i % 2 == 0 ? "Assistant" : "ASSISTANT"))));
        answers.Count(answer => answer.Status == 201).Should().Be(1);
        answers.Where(answer => answer.Status != 201).Should().OnlyContain(answer => answer.Expect(409).GetProperty("code").GetString() == "name_taken");
        var tenant = await hub.CreateScope("tenant", "Acme");
        (await hub.Http.Post("integrations", Openai(tenant))).Expect(201);
        var other = (await hub.Http.Post("integrations", Openai(1, "Other"))).Expect(201).GetProperty("id");
        (await hub.Http.Patch($"integrations/{other}", new { name = "assistant" })).Expect(409).GetProperty("code").GetString().Should().Be("name_taken");
    }

    [Test]
    public async Task Changes_merge_or_replace_and_neither_shows_nor_loses_secrets()
    {
        await using var hub = await HubFixture.Start();
        var path = $"integrations/{(await hub.Http.Post("integrations", new
        {
            scope_id = 1, name = "J", integration_type = "jira", priority = 7,
            configuration = new { base_url = "https://jira.acme.test", api_token = "pat-1", webhook_secret = "wh-1", jql = "labels = hub", field_mappings = new { a = "customfield_1", b = "customfield_2" } },
        })).Expect(201).GetProperty("id")}";
        var merged = (await hub.Http.Patch(path, """{"configuration":{"api_token":"[ENCRYPTED]","jql":null,"field_mappings":{"a":null,"c":"customfield_3"}}}""")).Expect(200);
        merged.GetProperty("configuration").GetRawText().Should()
            .Be("""{"base_url":"https://jira.acme.test","api_token":"[ENCRYPTED]","webhook_secret":"[ENCRYPTED]","field_mappings":{"b":"customfield_2","c":"customfield_3"}}""");
        merged.GetProperty("priority").GetInt32().Should().Be(7);
        var same = (await hub.Http.Patch(path, """{"configuration":{"api_token":"[ENCRYPTED]"}}""")).Expect(200);
        same.GetProperty("version").GetInt64().Should().Be(merged.GetProperty("version").GetInt64(), "nothing changed");

        var replaced = (await hub.Http.Put(path, """{"name":"J","configuration":{"base_url":"https://jira.acme.test","api_token":"[ENCRYPTED]"}}""")).Expect(200);
        replaced.GetProperty("configuration").GetRawText().Should().Be("""{"base_url":"https://jira.acme.test","api_token":"[ENCRYPTED]"}""");
        replaced.GetProperty("priority").GetInt32().Should().Be(100);
        Names((await hub.Http.Put(path, """{"name":"J","configuration":{"base_url":"https://jira.acme.test"}}""")).Expect(400).GetProperty("errors")).Should().Equal("configuration.api_token");
        (await hub.Http.Put(path, """{"name":"J"}""")).Expect(400);
        Names((await hub.Http.Patch(path, new { integration_type = "openai" })).Expect(400).GetProperty("errors")).Should().Equal("integration_type");
        Names((await hub.Http.Patch(path, new { scope_id = 99 })).Expect(400).GetProperty("errors")).Should().Equal("scope_id");
        (await hub.Http.Patch(path, new { integration_type = "jira", scope_id = 1, name = "K" })).Expect(200).GetProperty("name").GetString().Should().Be("K");
    }

    [Test]
    public async Task A_stale_version_is_412_and_a_known_one_304()
    {
        await using var hub = await HubFixture.Start();
        var path = $"integrations/{(await hub.Http.Post("integrations", Openai(1))).Expect(201).GetProperty("id")}";
        (await hub.Http.Patch(path, new { priority = 5 }, ("If-Match", "\"1\""))).Expect(200).GetProperty("version").GetInt64().Should().Be(2);
        (await hub.Http.Patch(path, new { priority = 6 }, ("If-Match", "\"1\""))).Expect(412).GetProperty("code").GetString().Should().Be("stale_version");
        (await hub.Http.Ask(HttpMethod.Get, path, null, ("If-None-Match", "\"2\""))).Status.Should().Be(304);
        (await hub.Http.Ask(HttpMethod.Delete, path, null, ("If-Match", "\"1\""))).Expect(412);
        (await hub.Http.Delete(path)).Expect(204);
        (await hub.Http.Get(path)).Expect(404);
    }

    [Test]
    public async Task A_new_webhook_address_replaces_the_old_one()
    {
        await using var hub = await HubFixture.Start();
        var created = (await hub.Http.Post("integrations", new { scope_id = 1, name = "In", integration_type = "webhook", configuration = new { } })).Expect(201);
        var rotated = (await hub.Http.Post($"integrations/{created.GetProperty("id")}/rotate-webhook-token")).Expect(200).GetProperty("webhook_url").GetString();
        rotated.Should().NotBe(created.GetProperty("webhook_url").GetString());
        (await hub.Http.Get($"integrations/{created.GetProperty("id")}")).Expect(200).GetProperty("webhook_url").GetString().Should().Be(rotated);
        var openai = (await hub.Http.Post("integrations", Openai(1))).Expect(201);
        openai.GetProperty("webhook_url").ValueKind.Should().Be(JsonValueKind.Null);
        (await hub.Http.Post($"integrations/{openai.GetProperty("id")}/rotate-webhook-token")).Expect(409).GetProperty("code").GetString().Should().Be("no_webhooks");
    }

    [Test]
    public async Task What_changed_is_in_the_audit_log_field_by_field()
    {
        await using var hub = await HubFixture.Start();
        var id = (await hub.Http.Post("integrations", Openai(1))).Expect(201).GetProperty("id");
        (await hub.Http.Patch($"integrations/{id}", new { name = "Renamed", configuration = new { api_key = "sk-proj-lifecycle-secret-0002" } })).Expect(200);
        (await hub.Http.Patch($"integrations/{id}/status", new { enabled = false })).Expect(200);
        (await hub.Http.Delete($"integrations/{id}")).Expect(204);
        var entries = (await hub.Http.Get($"audit?target_type=integration&target_id={id}")).Expect(200).GetProperty("items").EnumerateArray().ToArray();
        entries.Select(entry => entry.GetProperty("action").GetString()).Should()
            .BeEquivalentTo("integration.created", "integration.updated", "integration.disabled", "integration.deleted");
        var diff = entries.Single(entry => entry.GetProperty("action").GetString() == "integration.updated").GetProperty("diff");
        diff.GetRawText().Replace(" ", "", StringComparison.Ordinal).Should().Be("""{"name":{"to":"Renamed","from":"Assistant"},"configuration.api_key":"[SECRETCHANGED]"}""");
    }
}
