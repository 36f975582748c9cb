using System.Text.Json;
using FluentAssertions;
using Hub.Integrations.Tests.Access;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Imports;

public sealed class ImportIntegrationsTests
{
    private readonly HubFixture hub = ImportHub.Hub;

    [Test]
    public async Task Old_rows_become_integrations_with_category_platform_and_status()
    {
        var tenant = await ImportHub.Tenant();
        var report = await ImportHub.Integrations(tenant, ImportHub.OldIntegrations);
        (report.GetProperty("integrations_created").GetInt32(), report.GetProperty("integrations_updated").GetInt32()).Should().Be((6, 0), report.ToString());
        var made = (await ImportHub.IntegrationsOf(tenant)).ToDictionary(item => ImportHub.Text(item, "name"));
        made.Values.Select(item => string.Join(' ', new[] { "name", "integration_type", "platform_name", "integration_category", "enabled", "status" }.Select(member => ImportHub.Text(item, member))))
            .Should().Equal(
                "Jira Prod jira jira ticketing True active",
                "AI openai openai ai True active",
                "Chat ops — überall 💬 microsoft_teams microsoft_teams messaging False configuring",
                "Tracker sentry sentry error_tracking False configuring",
                "Hook webhook webhook webhook True active",
                "Repo github_repos github code_repository True active");
        ImportHub.Text(made["Jira Prod"], "priority").Should().Be("10");
        ImportHub.Text(made["Jira Prod"].GetProperty("configuration"), "deployment").Should().Be("cloud", "the old type said so");
        ImportHub.Text(made["Jira Prod"].GetProperty("configuration"), "api_token").Should().Be("[ENCRYPTED]");
        ImportHub.Text(made["Repo"].GetProperty("configuration"), "repository").Should().Be("acme/api", "some tables had a column for each value");

        var skipped = report.GetProperty("skipped").EnumerateArray().Select(skip => (ImportHub.Text(skip, "integration"), ImportHub.Text(skip, "field"))).ToArray();
        skipped.Should().BeEquivalentTo(new[] { ("Tracker", "is_enabled"), ("Hook", "colour") });
        var errors = ImportHub.Errors(report).ToDictionary(error => error.GetProperty("index").GetInt32(), error => (ImportHub.Text(error, "field"), ImportHub.Text(error, "message")));
        errors.Keys.Should().Equal(6, 7, 8, 9);
        errors[6].Item1.Should().Be("integration_type");
        errors[7].Should().Match<(string, string)>(error => error.Item1 == "config" && error.Item2.Contains("not readable as JSON"));
        errors[8].Item1.Should().Be("base_url");
        errors[9].Item1.Should().Be("name");
        report.GetRawText().Should().NotContainAny("ATATT", "sk-proj", "ghp_");
    }

    [Test]
    public async Task Run_twice_it_changes_nothing_and_leaves_no_trace()
    {
        var tenant = await ImportHub.Tenant();
        var dry = await ImportHub.Integrations(tenant, ImportHub.OldIntegrations, "&dry_run=true");
        (await ImportHub.IntegrationsOf(tenant)).Should().BeEmpty();
        var first = await ImportHub.Integrations(tenant, ImportHub.OldIntegrations);
        first.GetRawText().Should().Be(dry.GetRawText().Replace("\"dry_run\":true", "\"dry_run\":false", StringComparison.Ordinal));
        var before = await ImportHub.Traces(tenant);
        var again = await ImportHub.Integrations(tenant, ImportHub.OldIntegrations);
        (again.GetProperty("integrations_created").GetInt32(), again.GetProperty("integrations_updated").GetInt32()).Should().Be((0, 0));
        (await ImportHub.Traces(tenant)).Should().Be(before);
    }

    [Test]
    public async Task An_old_id_tells_a_renamed_row_and_a_name_in_use_is_refused()
    {
        var tenant = await ImportHub.Tenant();
        await ImportHub.Integrations(tenant, """[{"id":1,"name":"One","integration_type":"webhook"},{"id":2,"name":"Two","integration_type":"webhook"}]""");
        var renamed = await ImportHub.Integrations(tenant, """[{"id":1,"name":"First","integration_type":"webhook"},{"id":3,"name":"One","integration_type":"webhook"}]""");
        (renamed.GetProperty("integrations_created").GetInt32(), renamed.GetProperty("integrations_updated").GetInt32()).Should().Be((1, 1), renamed.ToString());
        var taken = await ImportHub.Integrations(tenant, """[{"id":1,"name":"Two","integration_type":"webhook"},{"id":4,"name":"Two ","integration_type":"webhook"},{"id":2,"name":"Second","integration_type":"jira"}]""");
        ImportHub.Errors(taken).Select(error => error.GetProperty("index").GetInt32()).Should().Equal(0, 1, 2);
        (await ImportHub.IntegrationsOf(tenant)).Select(item => ImportHub.Text(item, "name")).Should().BeEquivalentTo("First", "Two", "One");
    }

    [TestCase("""[{"name":"x"}]""", "integration_type")]
    [TestCase("""[{"integration_type":"webhook"}]""", "name")]
    [TestCase("""[{"name":"x","integration_type":"webhook","is_enabled":"perhaps"}]""", "is_enabled")]
    [TestCase("""[{"name":"x","integration_type":"webhook","priority":0}]""", "priority")]
    [TestCase("""[{"name":"x","integration_type":"webhook","config":[1]}]""", "config")]
    [TestCase("""[{"name":"x","integration_type":"webhook","configuration":"\"\\u0000\""}]""", "configuration")]
    [TestCase("""["x"]""", "")]
    public async Task A_row_with_a_wrong_value_is_refused_with_its_place(string rows, string field)
    {
        var report = await ImportHub.Integrations(await ImportHub.Tenant(), rows);
        report.GetProperty("integrations_created").GetInt32().Should().Be(0);
        ImportHub.Text(ImportHub.Errors(report).Single(), "field").Should().Be(field);
    }

    [Test]
    public async Task The_export_is_the_way_back_with_secrets_for_platform_admins_only()
    {
        var tenant = await ImportHub.Tenant();
        await ImportHub.Integrations(tenant, ImportHub.OldIntegrations);
        var shown = (await hub.Http.Get($"exports/integrations?form=legacy&scope_id={tenant}")).Expect(200);
        shown.EnumerateArray().Should().HaveCount(6);
        shown.GetRawText().Should().NotContainAny("ATATT", "sk-proj", "ghp_");
        var jira = shown.EnumerateArray().First();
        (jira.GetProperty("id").GetInt32(), ImportHub.Text(jira, "integration_type"), jira.GetProperty("is_enabled").GetBoolean()).Should().Be((1, "jira-cloud", true));
        ImportHub.Text(jira.GetProperty("config"), "siteUrl").Should().Be("https://acme.atlassian.net", "keys are spelled as they were");
        ImportHub.Text(jira.GetProperty("config"), "apiKey").Should().Be("[ENCRYPTED]");

        var before = await ImportHub.Traces(tenant);
        (await ImportHub.Integrations(tenant, shown.GetRawText())).GetProperty("integrations_updated").GetInt32().Should().Be(0, "a placeholder keeps what is there");
        (await ImportHub.Traces(tenant)).Should().Be(before);

        var full = await hub.Http.Get($"exports/integrations?form=legacy&scope_id={tenant}&include_secrets=true");
        full.Expect(200).EnumerateArray().First().GetProperty("config").GetProperty("apiKey").GetString().Should().StartWith("ATATT");
        (await hub.Http.Get($"audit?action=integrations.exported_with_secrets&target_id={tenant}")).Expect(200).GetProperty("items").GetArrayLength().Should().Be(1);

        var elsewhere = await ImportHub.Tenant();
        (await ImportHub.Integrations(elsewhere, full.Text)).GetProperty("integrations_created").GetInt32().Should().Be(6);
        (await hub.Http.Get($"exports/integrations?form=legacy&scope_id={elsewhere}&include_secrets=true")).Expect(200).EnumerateArray().Select(Stable)
            .Should().Equal(full.Json.EnumerateArray().Select(Stable));
        (await hub.Http.Get($"exports/integrations?scope_id={tenant}")).Expect(400).Errors("form").Should().NotBeEmpty();
    }

    private static string Stable(JsonElement row) => string.Join(' ', row.EnumerateObject().Where(member => !member.Name.EndsWith("_at", StringComparison.Ordinal)).Select(member => member.Value.GetRawText()));
}
