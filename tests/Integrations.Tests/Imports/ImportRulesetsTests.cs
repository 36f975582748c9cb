using System.Text.Json;
using FluentAssertions;
using Hub.Integrations.Tests.Access;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Imports;

public sealed class ImportRulesetsTests
{
    private readonly HubFixture hub = ImportHub.Hub;

    [Test]
    public async Task Old_rulesets_become_rulesets_with_integrations()
    {
        var tenant = await ImportHub.Tenant();
        var report = await ImportHub.Rulesets(tenant, ImportHub.OldRulesets);
        ImportHub.Counts(report).Should().Be((5, 0, 8, 0), report.ToString());
        var rulesets = (await ImportHub.RulesetsOf(tenant)).ToDictionary(ruleset => ImportHub.Text(ruleset, "name"));
        rulesets.Keys.Should().Equal("Payments support", "Empty everywhere", "Switched off", "Ünïcode \"quoted\" / slashed", "Broken columns");

        var payments = rulesets["Payments support"];
        ImportHub.Text(payments, "description").Should().Be("Fragen zu Zahlungen — 支払い 💳");
        ImportHub.Text(payments, "search_priority").Should().Be("""["notion_database","azure_devops_wiki","github_repos","dynatrace_logs"]""");
        ImportHub.Text(payments, "mode_settings").Should().Be("""{"mode":"strict","max_sources":5}""");
        ImportHub.Text(payments, "context_rules").Should().Contain("0.50");
        rulesets["Switched off"].GetProperty("is_active").GetBoolean().Should().BeFalse();
        rulesets["Empty everywhere"].GetProperty("is_active").GetBoolean().Should().BeTrue();

        var sources = (await ImportHub.IntegrationsOf(payments.GetProperty("id").GetInt64())).ToDictionary(item => ImportHub.Text(item, "integration_type"));
        sources.Keys.Should().BeEquivalentTo("notion_database", "azure_devops_wiki", "github_repos", "dynatrace_logs");
        sources.Values.Should().OnlyContain(item => item.GetProperty("status").GetString() == "active");
        ImportHub.Text(sources["notion_database"], "configuration").Should().Be("""{"token":"[ENCRYPTED]","database_id":"8c4d2b1a0f9e48d7a6b5c4d3e2f1a0b9"}""");
        ImportHub.Text(sources["azure_devops_wiki"], "configuration").Should().Be("""{"organization":"acme","pat":"[ENCRYPTED]","project":"Platform","wiki_id":"Platform.wiki"}""");
        ImportHub.Text(sources["github_repos"], "configuration").Should().Be("""{"repository":"acme/payments-api","access_token":"[ENCRYPTED]","branch":"main"}""");
        ImportHub.Text(sources["dynatrace_logs"].GetProperty("configuration"), "environment_url").Should().Be("https://abc12345.live.dynatrace.com");
    }

    [Test]
    public async Task What_is_not_taken_is_reported_with_its_reason()
    {
        var tenant = await ImportHub.Tenant();
        var report = await ImportHub.Rulesets(tenant, ImportHub.OldRulesets);
        foreach (var column in new[] { "notion_config", "azure_devops_config", "github_config", "dynatrace_config" })
        {
            ImportHub.Skipped(report, "Empty everywhere", column).Should().Equal("it is empty");
            ImportHub.Skipped(report, "Switched off", column).Should().Equal("it is disabled");
        }

        const string Unicode = "Ünïcode \"quoted\" / slashed";
        ImportHub.Skipped(report, Unicode, "notion_config").Should().HaveCount(2).And.ContainMatch("*'cacheTtl'*").And.ContainMatch("*'legacyFlag'*");
        ImportHub.Skipped(report, Unicode, "search_priority").Should().HaveCount(2).And.ContainMatch("*'unknown-source'*").And.ContainMatch("*named before*");
        ImportHub.Skipped(report, Unicode, "owner_team").Should().ContainSingle();
        ImportHub.Skipped(report, Unicode, "dynatrace_config").Should().ContainSingle().Which.Should().Contain("switched off").And.Contain("api_token");
        ImportHub.Skipped(report, "Payments support").Should().BeEmpty();

        var errors = ImportHub.Errors(report);
        errors.Should().HaveCount(4).And.OnlyContain(error => error.GetProperty("index").GetInt32() == 4 && error.GetProperty("ruleset").GetString() == "Broken columns");
        errors.Select(error => ImportHub.Text(error, "column")).Should().BeEquivalentTo("notion_config", "azure_devops_config", "github_config", "dynatrace_config");
        ImportHub.Text(errors.Single(error => ImportHub.Text(error, "column") == "notion_config"), "message").Should().Contain("not readable as JSON");
        ImportHub.Text(errors.Single(error => ImportHub.Text(error, "column") == "github_config"), "field").Should().Be("github_config.repository");
        report.GetRawText().Should().NotContainAny("ghp_", "ntn_", "secret_", "dt0c01");

        var broken = (await ImportHub.RulesetsOf(tenant)).Single(ruleset => ImportHub.Text(ruleset, "name") == "Broken columns");
        (await ImportHub.IntegrationsOf(broken.GetProperty("id").GetInt64())).Should().BeEmpty("nothing of a broken column is written");
        var unicode = (await ImportHub.RulesetsOf(tenant)).Single(ruleset => ImportHub.Text(ruleset, "name") == Unicode);
        (await ImportHub.IntegrationsOf(unicode.GetProperty("id").GetInt64()))
            .Select(item => (ImportHub.Text(item, "integration_type"), ImportHub.Text(item, "status"))).Should().BeEquivalentTo(new[]
            {
                ("notion_pages", "active"), ("azure_devops_repos", "active"), ("github_wiki", "active"), ("dynatrace_logs", "configuring"),
            });
    }

    [Test]
    public async Task Run_twice_it_changes_nothing_and_leaves_no_trace()
    {
        var tenant = await ImportHub.Tenant();
        await ImportHub.Rulesets(tenant, ImportHub.OldRulesets);
        var before = await ImportHub.Traces(tenant);
        var again = await ImportHub.Rulesets(tenant, ImportHub.OldRulesets);
        ImportHub.Counts(again).Should().Be((0, 0, 0, 0));
        (await ImportHub.Traces(tenant)).Should().Be(before, "not even a lock is taken on what is the same");
    }

    [Test]
    public async Task A_dry_run_reports_the_same_and_writes_nothing()
    {
        var tenant = await ImportHub.Tenant();
        var before = await ImportHub.Traces(tenant);
        var dry = await ImportHub.Rulesets(tenant, ImportHub.OldRulesets, "&dry_run=true");
        (await ImportHub.Traces(tenant)).Should().Be(before);
        var real = await ImportHub.Rulesets(tenant, ImportHub.OldRulesets);
        real.GetRawText().Should().Be(dry.GetRawText().Replace("\"dry_run\":true", "\"dry_run\":false", StringComparison.Ordinal));
    }

    [Test]
    public async Task What_changed_in_the_old_data_changes_here_and_nothing_else()
    {
        var tenant = await ImportHub.Tenant();
        var rows = """[{"id":"a-1","name":"Old name","notion_config":{"token":"ntn_0123456789abcdefghij","databaseId":"8c4d2b1a0f9e48d7a6b5c4d3e2f1a0b9"}}]""";
        ImportHub.Counts(await ImportHub.Rulesets(tenant, rows)).Should().Be((1, 0, 1, 0));
        var ruleset = (await ImportHub.RulesetsOf(tenant)).Single().GetProperty("id").GetInt64();
        var integration = (await ImportHub.IntegrationsOf(ruleset)).Single().GetProperty("id").GetInt64();

        ImportHub.Counts(await ImportHub.Rulesets(tenant, rows.Replace("Old name", "New name", StringComparison.Ordinal))).Should().Be((0, 1, 0, 0), "the old id tells that it was renamed");
        ImportHub.Counts(await ImportHub.Rulesets(tenant, rows.Replace("ntn_0", "ntn_9", StringComparison.Ordinal).Replace("Old name", "New name", StringComparison.Ordinal)))
            .Should().Be((0, 0, 0, 1), "the secret is another one");
        var off = rows.Replace("Old name", "New name", StringComparison.Ordinal).Replace("""{"token":"ntn_0123456789abcdefghij",""", """{"enabled":false,""", StringComparison.Ordinal);
        ImportHub.Counts(await ImportHub.Rulesets(tenant, off)).Should().Be((0, 0, 0, 1), "it was switched off");
        var seen = (await hub.Http.Get($"integrations/{integration}")).Expect(200);
        (ImportHub.Text(seen, "status"), seen.GetProperty("version").GetInt64()).Should().Be(("inactive", 3L));
        ImportHub.Text((await ImportHub.RulesetsOf(tenant)).Single(), "name").Should().Be("New name");
        var audit = (await hub.Http.Get($"audit?target_type=integration&target_id={integration}")).Expect(200).GetProperty("items").EnumerateArray().ToArray();
        audit.Select(entry => ImportHub.Text(entry, "action")).Should().BeEquivalentTo("integration.created", "integration.updated", "integration.disabled");
        audit.Select(entry => entry.GetRawText()).Should().NotContain(text => text.Contains("ntn_"));
    }

    [Test]
    public async Task A_ruleset_made_by_hand_is_taken_over_by_name()
    {
        var tenant = await ImportHub.Tenant();
        var ruleset = (await hub.Http.Post("rulesets", new { name = "By hand", parent_id = tenant })).Expect(201).GetProperty("id").GetInt64();
        (await hub.Http.Post($"rulesets/{ruleset}/integrations", new { name = "GitHub repository", integration_type = "webhook" })).Expect(201);
        (await hub.Http.Post($"rulesets/{ruleset}/integrations", new
        {
            name = "Wiki", integration_type = "notion_pages", configuration = new { token = "ntn_0123456789abcdefghij" },
        })).Expect(201);
        const string Rows = """
            [{"id":7,"name":"BY HAND","notion_config":{"token":"ntn_0123456789abcdefghij"},
              "github_config":{"repo":"acme/api","token":"ghp_0123456789abcdefghijklmnopqrstuvwxyz"}}]
            """;
        ImportHub.Counts(await ImportHub.Rulesets(tenant, Rows)).Should().Be((0, 1, 1, 0), "the Notion source is there already as it is");
        (await ImportHub.IntegrationsOf(ruleset)).Select(item => ImportHub.Text(item, "name"))
            .Should().BeEquivalentTo("GitHub repository", "Wiki", "GitHub repository (imported)");
        ImportHub.Counts(await ImportHub.Rulesets(tenant, Rows)).Should().Be((0, 0, 0, 0));
    }

    [Test]
    public async Task Rows_that_are_there_twice_are_told_apart_or_refused()
    {
        var tenant = await ImportHub.Tenant();
        var report = await ImportHub.Rulesets(tenant, """
            [{"name":"Same"},{"name":"SAME"},{"id":1,"name":"Other"},{"id":2,"name":"other"},{"id":"1","name":"Third"},{"name":"Other"}]
            """);
        ImportHub.Counts(report).Should().Be((3, 0, 0, 0));
        ImportHub.Errors(report).Select(error => (error.GetProperty("index").GetInt32(), ImportHub.Text(error, "field"))).Should().Equal((1, "name"), (4, "id"), (5, "name"));
        (await ImportHub.RulesetsOf(tenant)).Select(ruleset => ImportHub.Text(ruleset, "name")).Should().Equal("Same", "Other", "other");
        ImportHub.Counts(await ImportHub.Rulesets(tenant, """[{"id":2,"name":"other"},{"id":1,"name":"Other"},{"name":"Same"}]""")).Should().Be((0, 0, 0, 0));
    }

    [TestCase("""[7]""", "")]
    [TestCase("""[{"description":"no name"}]""", "name")]
    [TestCase("""[{"name":"   "}]""", "name")]
    [TestCase("""[{"name":"a\u0000b"}]""", "name")]
    [TestCase("""[{"name":"line\nbreak"}]""", "name")]
    [TestCase("""[{"name":"x","is_active":"maybe"}]""", "is_active")]
    [TestCase("""[{"name":"x","isActive":[]}]""", "isActive")]
    [TestCase("""[{"name":"x","description":{}}]""", "description")]
    [TestCase("""[{"name":"x","response_guidelines":12}]""", "response_guidelines")]
    [TestCase("""[{"name":"x","mode_settings":"[1]"}]""", "mode_settings")]
    [TestCase("""[{"name":"x","mode_settings":"{"}]""", "mode_settings")]
    [TestCase("""[{"name":"x","id":{}}]""", "id")]
    public async Task A_row_with_a_wrong_value_is_refused_with_its_place_and_the_others_come_in(string rows, string field)
    {
        var tenant = await ImportHub.Tenant();
        var report = await ImportHub.Rulesets(tenant, rows[..^1] + ",{\"name\":\"fine\"}]");
        ImportHub.Counts(report).Should().Be((1, 0, 0, 0), report.ToString());
        var error = ImportHub.Errors(report).Single();
        (error.GetProperty("index").GetInt32(), ImportHub.Text(error, "field")).Should().Be((0, field));
        ImportHub.Text(error, "message").Should().NotBeEmpty();
    }

    [Test]
    public async Task Megabytes_and_control_characters_in_a_column_are_refused_for_that_column_alone()
    {
        var tenant = await ImportHub.Tenant();
        var large = new string('x', 1024 * 1024);
        var report = await ImportHub.Rulesets(tenant, JsonSerializer.Serialize(new[]
        {
            new
            {
                name = "Heavy", description = "ok",
                notion_config = (object)new { token = large },
                azure_devops_config = (object)"{\"organization\":\"ac\\u0000me\"}",
                github_config = (object)new { repository = "acme/api\u0007", token = "ghp_0123456789abcdefghijklmnopqrstuvwxyz" },
                dynatrace_config = (object)"{\"query\":\"a\",\"query\":\"b\"}",
            },
        }));
        ImportHub.Counts(report).Should().Be((1, 0, 0, 0), report.ToString());
        ImportHub.Errors(report).Should().HaveCount(4);
        report.GetRawText().Length.Should().BeLessThan(4000, "values are not repeated");
        ImportHub.Errors(await ImportHub.Rulesets(tenant, JsonSerializer.Serialize(new[] { new { name = large } }))).Single().GetProperty("field").GetString().Should().Be("name");
    }

    [Test]
    public async Task What_is_no_array_of_rows_is_refused_whole()
    {
        (await hub.Http.Post("imports/rulesets", """{"name":"x"}""")).Expect(400).Errors("$").Should().NotBeEmpty();
        (await hub.Http.Post("imports/rulesets", """[{"name":"x"},""")).Expect(400);
        (await hub.Http.Post("imports/rulesets", "null")).Expect(400);
        (await hub.Http.Post("imports/rulesets?dry_run=perhaps", "[]")).Expect(400).Errors("dry_run").Should().NotBeEmpty();
        ImportHub.Counts((await hub.Http.Post("imports/rulesets", "[]")).Expect(200)).Should().Be((0, 0, 0, 0));
    }

    [Test]
    public async Task Scopes_roles_and_other_tenants()
    {
        var tenant = await ImportHub.Tenant();
        var project = await hub.CreateProject("No place for rulesets", tenant);
        using var viewer = await hub.ClientWith("viewer", tenant);
        using var manager = await hub.ClientWith("manager", tenant);
        using var stranger = await hub.ClientWith("admin", await ImportHub.Tenant());
        const string Rows = """[{"name":"Mine"}]""";
        (await viewer.Post("imports/rulesets", Rows)).Expect(403);
        (await stranger.Post($"imports/rulesets?scope_id={tenant}", Rows)).Expect(404);
        (await stranger.Post($"imports/integrations?scope_id={tenant}", "[]")).Expect(404);
        (await stranger.Get($"exports/integrations?form=legacy&scope_id={tenant}")).Expect(404);
        (await manager.Post($"imports/rulesets?scope_id={project}", Rows)).Expect(400).Errors("scope_id").Should().NotBeEmpty();
        ImportHub.Counts((await manager.Post("imports/rulesets", Rows)).Expect(200)).Should().Be((1, 0, 0, 0), "the caller's own scope is the default");
        var ruleset = (await ImportHub.RulesetsOf(tenant)).Single().GetProperty("id").GetInt64();
        (await stranger.Get($"rulesets/{ruleset}/legacy")).Expect(404);
        (await manager.Get($"rulesets/{ruleset}/legacy?include_secrets=true")).Code(403).Should().Be("forbidden");
        (await manager.Get($"exports/integrations?form=legacy&include_secrets=true")).Code(403).Should().Be("forbidden");
    }

    [Test]
    public async Task A_locked_field_of_the_scope_above_refuses_the_column()
    {
        var tenant = await ImportHub.Tenant();
        (await hub.Http.Put($"scopes/{tenant}/config/azure_devops_wiki", new { values = new { organization = "acme" }, locked = new[] { "organization" } })).Expect(200);
        var report = await ImportHub.Rulesets(tenant, """
            [{"name":"Locked","azure_devops_config":{"organization":"other","project":"P","pat":"abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrst"}},
             {"name":"Inherits","azure_devops_config":{"project":"P","pat":"abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrst"}}]
            """);
        ImportHub.Counts(report).Should().Be((2, 0, 1, 0), report.ToString());
        ImportHub.Text(ImportHub.Errors(report).Single(), "ruleset").Should().Be("Locked");
    }

    [Test]
    public async Task Many_rulesets_come_in_batches()
    {
        var tenant = await ImportHub.Tenant();
        var rows = JsonSerializer.Serialize(Enumerable.Range(0, 350).Select(i => new
        {
            id = i, name = $"Ruleset {i}", github_config = new { repository = $"acme/repo-{i}", token = "ghp_0123456789abcdefghijklmnopqrstuvwxyz" },
        }));
        ImportHub.Counts(await ImportHub.Rulesets(tenant, rows)).Should().Be((350, 0, 350, 0));
        ImportHub.Counts(await ImportHub.Rulesets(tenant, rows)).Should().Be((0, 0, 0, 0));
    }

    [Test]
    public async Task Two_imports_of_the_same_rows_at_once_make_each_ruleset_once()
    {
        var tenant = await ImportHub.Tenant();
        var rows = JsonSerializer.Serialize(Enumerable.Range(0, 50).Select(i => new { name = $"Ruleset {i}", notion_config = new { token = "ntn_0123456789abcdefghij" } }));
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => ImportHub.Rulesets(tenant, rows)));
        var rulesets = await ImportHub.RulesetsOf(tenant);
        rulesets.Should().HaveCount(50);
        rulesets.Should().OnlyContain(ruleset => ruleset.GetProperty("integration_count").GetInt32() == 1);
    }
}
