using System.Text.Json;
using System.Text.Json.Nodes;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Hub.Integrations.Tests.Access;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Imports;

public sealed class LegacyRulesetTests
{
    private static readonly string[] Columns = ["notion_config", "azure_devops_config", "github_config", "dynatrace_config"];
    private readonly HubFixture hub = ImportHub.Hub;

    [Test]
    public async Task The_old_form_comes_back_with_its_own_keys()
    {
        var tenant = await ImportHub.Tenant();
        await ImportHub.Rulesets(tenant, ImportHub.OldRulesets);
        var payments = await Legacy(tenant, "Payments support", secrets: true);
        payments.GetProperty("id").GetInt32().Should().Be(11);
        ImportHub.Text(payments, "context_rules").Should().Be("""{"window_days":30,"include":["tickets","docs"],"nested":{"weight":0.50}}""");
        ImportHub.Text(payments, "notion_config").Should().Be("""{"apiKey":"secret_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdefg","databaseId":"8c4d2b1a0f9e48d7a6b5c4d3e2f1a0b9"}""");
        ImportHub.Text(payments, "github_config").Should()
            .Be("""{"owner":"acme","repo":"payments-api","token":"ghp_0123456789abcdefghijklmnopqrstuvwxyz","defaultBranch":"main"}""", "two keys come back from one field");
        ImportHub.Text(payments.GetProperty("azure_devops_config"), "organizationUrl").Should().Be("acme");

        var empty = await Legacy(tenant, "Empty everywhere");
        Columns.Select(column => empty.GetProperty(column).ValueKind).Should().OnlyContain(kind => kind == JsonValueKind.Null);
        var wiki = (await Legacy(tenant, "Ünïcode \"quoted\" / slashed")).GetProperty("github_config");
        (ImportHub.Text(wiki, "accessToken"), ImportHub.Text(wiki, "type")).Should().Be(("[ENCRYPTED]", "github_wiki"));
    }

    [Test]
    public async Task Secrets_are_given_to_platform_admins_who_ask_and_the_audit_says_so()
    {
        var tenant = await ImportHub.Tenant();
        await ImportHub.Rulesets(tenant, ImportHub.OldRulesets);
        var id = (await ImportHub.RulesetsOf(tenant)).First().GetProperty("id").GetInt64();
        using var admin = await hub.ClientWith("admin", tenant);
        using var platformManager = await hub.ClientWith("manager", 1);
        (await hub.Http.Get($"rulesets/{id}/legacy")).Text.Should().NotContainAny("secret_Ab", "ghp_", "dt0c01").And.Contain("[ENCRYPTED]");
        (await admin.Get($"rulesets/{id}/legacy")).Expect(200);
        (await admin.Get($"rulesets/{id}/legacy?include_secrets=true")).Code(403).Should().Be("forbidden");
        (await platformManager.Get($"rulesets/{id}/legacy?include_secrets=true")).Code(403).Should().Be("forbidden");
        (await hub.Http.Get($"audit?action=ruleset.exported_with_secrets&target_id={id}")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(0);
        (await hub.Http.Get($"rulesets/{id}/legacy?include_secrets=true")).Text.Should().Contain("secret_Ab");
        (await hub.Http.Get($"audit?action=ruleset.exported_with_secrets&target_id={id}")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(1);
        hub.Logs.Lines.Should().NotContain(line => line.Contains("secret_Ab") || line.Contains("dt0c01."));
    }

    [Test]
    public async Task Down_and_up_again_is_the_same()
    {
        var tenant = await ImportHub.Tenant();
        await ImportHub.Rulesets(tenant, ImportHub.OldRulesets);
        foreach (var secrets in new[] { true, false })
        {
            var down = await LegacyOfAll(tenant, secrets);
            var before = await ImportHub.Traces(tenant);
            var report = await ImportHub.Rulesets(tenant, $"[{string.Join(',', down)}]");
            ImportHub.Counts(report).Should().Be((0, 0, 0, 0), report.ToString());
            ImportHub.Errors(report).Should().BeEmpty();
            // Reading secrets is written to the audit log, importing what is the same is not.
            (await ImportHub.Traces(tenant)).Should().Be(before);
        }

        var elsewhere = await ImportHub.Tenant();
        var full = await LegacyOfAll(tenant, secrets: true);
        await ImportHub.Rulesets(elsewhere, $"[{string.Join(',', full)}]");
        (await LegacyOfAll(elsewhere, secrets: true)).Select(Stable).Should().Equal(full.Select(Stable).Select(WithoutDisabled));
    }

    [Test]
    public async Task Integrations_made_here_are_written_by_their_fields_names()
    {
        var tenant = await ImportHub.Tenant();
        var ruleset = (await hub.Http.Post("rulesets", new { name = "Native", parent_id = tenant })).Expect(201).GetProperty("id").GetInt64();
        (await hub.Http.Post($"rulesets/{ruleset}/integrations", new
        {
            name = "Our code", integration_type = "azure_devops_repos", enabled = false, configuration = new { organization = "acme", project = "P" },
        })).Expect(201);
        var legacy = await Legacy(tenant, "Native");
        legacy.GetProperty("id").ValueKind.Should().Be(JsonValueKind.Null);
        ImportHub.Text(legacy, "azure_devops_config").Should().Be("""{"organization":"acme","project":"P","name":"Our code","enabled":false,"type":"azure_devops_repos"}""");
        var before = await ImportHub.Traces(tenant);
        ImportHub.Counts(await ImportHub.Rulesets(tenant, $"[{legacy}]")).Should().Be((0, 0, 0, 0));
        (await ImportHub.Traces(tenant)).Should().Be(before);
    }

    [Test]
    public void Whatever_can_be_imported_comes_back_the_same() =>
        Prop.ForAll(Rows().ToArbitrary(), rows => RoundTrips(rows).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(25).WithQuietOnSuccess(true));

    private async Task<bool> RoundTrips(JsonArray rows)
    {
        var tenant = await ImportHub.Tenant();
        var report = await ImportHub.Rulesets(tenant, rows.ToJsonString());
        ImportHub.Errors(report).Should().BeEmpty();
        var down = await LegacyOfAll(tenant, secrets: true);
        down.Should().HaveCount(rows.Count);
        ImportHub.Counts(await ImportHub.Rulesets(tenant, $"[{string.Join(',', down)}]")).Should().Be((0, 0, 0, 0));
        ImportHub.Counts(await ImportHub.Rulesets(tenant, rows.ToJsonString())).Should().Be((0, 0, 0, 0));
        var elsewhere = await ImportHub.Tenant();
        ImportHub.Counts(await ImportHub.Rulesets(elsewhere, $"[{string.Join(',', down)}]")).Item1.Should().Be(rows.Count);
        (await LegacyOfAll(elsewhere, secrets: true)).Select(Stable).Should().Equal(down.Select(Stable).Select(WithoutDisabled));
        return true;
    }

    /// <summary>Old rows with every spelling, wrapping and gap that the old system left behind.</summary>
    private static Gen<JsonArray> Rows()
    {
        var text = Gen.Elements("plain", "ünïcode 🦊", "a \"quote\"", "two\nlines", "", " blank ", "{\"looks\":\"like JSON\"}", "null");
        var rule = Gen.OneOf(
            text.Select(words => (JsonNode?)words), Gen.Constant<JsonNode?>(null),
            text.Select(words => (JsonNode?)new JsonObject { ["tone"] = words, ["n"] = 1.50 }), text.Select(words => (JsonNode?)new JsonArray(words, null, true)));
        var flag = Gen.Elements<JsonNode?>(true, false, 1, 0, "true", "f", null);
        var priority = Gen.Elements<JsonNode?>("""["notion","github","jira"]""", "dynatrace, azure_devops", null, "[]");
        var row =
            from name in Gen.Choose(0, 1_000_000)
            from hasId in Gen.Elements(true, false)
            from description in text
            from active in flag
            from search in priority
            from rules in rule.ArrayOf(4)
            from notion in Column(["token", "apiKey", "notion_token"], ["ntn_0123456789abcdefghij", "secret_0123456789abcdefghij"],
                Gen.Elements(("databaseId", "8c4d2b1a0f9e48d7a6b5c4d3e2f1a0b9"), ("pageIds", "p1"), ("database", "8C4D2B1A-0F9E-48D7-A6B5-C4D3E2F1A0B9")))
            from azure in Column(["pat", "personalAccessToken", "api_token"], ["abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrst"],
                Gen.Elements(("wikiId", "W.wiki"), ("repository", "api"), ("Project-Name", "P"), ("organization", "acme")))
            from github in Column(["token", "access-token", "githubToken"], ["ghp_0123456789abcdefghijklmnopqrstuvwxyz"],
                Gen.Elements(("repo", "acme/api"), ("repository", "acme/docs.site"), ("type", "wiki"), ("default_branch", "release/1")))
            from dynatrace in Column(["apiToken"], ["dt0c01.ABCDEFGHIJKLMNOPQRSTUVWX.ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"],
                Gen.Elements(("environment", "abc12345.live.dynatrace.com"), ("query", "status=\"ERROR\" and 1 < 2")))
            select Row(name, hasId, description, active, search, rules, [notion, azure, github, dynatrace]);
        return row.ListOf(3).Select(rows => new JsonArray([.. rows.DistinctBy(made => made["name"]!.GetValue<string>())]));
    }

    private static JsonObject Row(int number, bool hasId, string description, JsonNode? active, JsonNode? search, JsonNode?[] rules, JsonNode?[] columns)
    {
        var row = new JsonObject
        {
            ["name"] = $"Ruleset {number}", ["description"] = description, ["is_active"] = active?.DeepClone(), ["searchPriority"] = search?.DeepClone(),
            ["response_guidelines"] = rules[0]?.DeepClone(), ["contextRules"] = rules[1]?.DeepClone(), ["ai_behavior_rules"] = rules[2]?.DeepClone(),
            ["conversation_rules"] = rules[3]?.DeepClone(),
        };
        if (hasId)
            row["id"] = number;
        foreach (var (index, column) in Columns.Index())
            row[column] = columns[index]?.DeepClone();
        return row;
    }

    // Never switched off: what is disabled is not imported, so it could not come back.
    private static Gen<JsonNode?> Column(string[] credentialKeys, string[] credentials, Gen<(string Key, string Value)> member) =>
        from wrapped in Gen.Choose(0, 3)
        from key in Gen.Elements(credentialKeys)
        from credential in Gen.Elements(credentials)
        from withCredential in Gen.Elements(true, true, false)
        from members in member.ListOf(2)
        from named in Gen.Elements(null, "Our source")
        select Wrap(wrapped, members, withCredential ? (key, credential) : null, named);

    private static JsonNode? Wrap(int wrapped, IEnumerable<(string Key, string Value)> members, (string Key, string Value)? credential, string? name)
    {
        var source = new JsonObject();
        foreach (var (key, value) in members.Concat(credential is { } secret ? [secret] : []))
            source[key] = value;
        if (name is not null)
            source["name"] = name;
        return wrapped switch
        {
            0 => source,
            1 => JsonValue.Create(source.ToJsonString()),
            2 => JsonValue.Create(JsonSerializer.Serialize(source.ToJsonString())),
            _ => null,
        };
    }

    private async Task<JsonElement> Legacy(long tenant, string name, bool secrets = false)
    {
        var id = (await ImportHub.RulesetsOf(tenant)).Single(ruleset => ImportHub.Text(ruleset, "name") == name).GetProperty("id").GetInt64();
        return (await hub.Http.Get($"rulesets/{id}/legacy?include_secrets={(secrets ? "true" : "false")}")).Expect(200);
    }

    private async Task<string[]> LegacyOfAll(long tenant, bool secrets)
    {
        var all = new List<string>();
        foreach (var ruleset in await ImportHub.RulesetsOf(tenant))
            all.Add((await Legacy(tenant, ImportHub.Text(ruleset, "name"), secrets)).GetRawText());
        return [.. all];
    }

    private static string Stable(string row)
    {
        var tree = JsonNode.Parse(row)!.AsObject();
        tree.Remove("created_at");
        tree.Remove("updated_at");
        return tree.ToJsonString();
    }

    // What was imported incomplete is switched off; a fresh hub does not take in what is off.
    private static string WithoutDisabled(string row)
    {
        var tree = JsonNode.Parse(row)!.AsObject();
        foreach (var column in Columns)
            if (tree[column]?["enabled"]?.GetValue<bool>() is false)
                tree[column] = null;
        return tree.ToJsonString();
    }
}
