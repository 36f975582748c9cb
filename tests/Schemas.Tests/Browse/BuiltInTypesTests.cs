using System.Text.Json;
using FluentAssertions;
using Hub.Schemas.Browse;
using Hub.Schemas.Documents;
using Hub.Schemas.Tests.Documents;
using NUnit.Framework;

namespace Hub.Schemas.Tests.Browse;

public class BuiltInTypesTests
{
    private static readonly (string Id, string Category, string For)[] Expected =
    [
        ("openai", "ai", "ai"),
        ("coralogix", "observability", "observability"), ("datadog", "observability", "observability"),
        ("new_relic", "observability", "observability"), ("grafana", "observability", "observability"),
        ("snowflake", "data-warehouse", "data_warehouse"), ("bigquery", "data-warehouse", "data_warehouse"),
        ("elasticsearch", "search", "search"), ("splunk", "search", "search"),
        ("slack", "communication", "messaging"), ("pagerduty", "communication", "communication"), ("microsoft_teams", "communication", "messaging"),
        ("github", "scm", "code_repository"), ("github_app", "scm", "code_repository"), ("gitlab", "scm", "code_repository"),
        ("aws_codepipeline", "scm", "orchestration"),
        ("google_docs", "collaboration", "documentation"), ("confluence", "collaboration", "documentation"), ("notion", "collaboration", "documentation"),
        ("aws", "cloud", "cloud"), ("gcp", "cloud", "cloud"),
        ("kubernetes", "orchestration", "orchestration"),
        ("sentry", "error-tracking", "error_tracking"),
        ("jira", "ticketing", "ticketing"), ("servicenow", "ticketing", "ticketing"), ("zendesk", "ticketing", "ticketing"),
        ("salesforce", "crm", "crm"), ("hubspot", "crm", "crm"),
        ("asana", "project-management", "project_management"), ("trello", "project-management", "project_management"),
        ("linear", "project-management", "project_management"),
        ("smtp", "email", "email"), ("sso", "sso", "identity"), ("webhook", "webhook", "webhook"),
        ("azure_devops_wiki", "collaboration", "documentation"), ("azure_devops_repos", "scm", "code_repository"),
        ("notion_database", "collaboration", "documentation"), ("notion_pages", "collaboration", "documentation"),
        ("github_repos", "scm", "code_repository"), ("github_wiki", "collaboration", "documentation"),
        ("dynatrace_logs", "observability", "observability"),
        ("confluence_spaces", "collaboration", "documentation"), ("sharepoint_sites", "collaboration", "documentation"),
    ];

    public static IEnumerable<string> Documents => BuiltInTypes.ResourceNames().Order();

    [Test]
    public void the_catalogue_holds_these_types_in_this_order() =>
        BuiltInTypes.Snapshot.Schemas.Select(schema => (schema.Id, schema.Category, schema.IntegrationCategory)).Should().Equal(Expected);

    [Test]
    public void every_document_is_one_of_the_types() => Documents.Should().BeEquivalentTo(Expected.Select(type => $"catalogue/{type.Id}.json"));

    [TestCaseSource(nameof(Documents))]
    public void every_document_passes_the_rules_that_private_types_must_pass(string resource) => Judge.Of(Text(resource)).Should().BeEmpty();

    [TestCaseSource(nameof(Documents))]
    public void every_document_says_everything_there_is_to_say(string resource) =>
        JsonElement.Parse(Text(resource)).EnumerateObject().Select(member => member.Name).Should().BeEquivalentTo(
            "id", "name", "category", "platform_name", "integration_category", "description", "docs_url", "icon_url", "display_order", "featured", "aliases",
            "version", "capabilities", "fields", "auth", "test", "webhook");

    [Test]
    public void display_orders_ids_and_aliases_are_unique()
    {
        var schemas = BuiltInTypes.Snapshot.Schemas;
        schemas.Select(schema => schema.DisplayOrder).Should().OnlyHaveUniqueItems().And.BeInAscendingOrder();
        schemas.SelectMany(schema => schema.Aliases.Prepend(schema.Id)).Should().OnlyHaveUniqueItems();
    }

    [Test]
    public void types_of_one_platform_are_for_one_thing() =>
        BuiltInTypes.Snapshot.Schemas.GroupBy(schema => schema.PlatformName)
            .Should().OnlyContain(platform => platform.Select(schema => schema.IntegrationCategory).Distinct().Count() == 1);

    [Test]
    public void every_pattern_is_matched_in_linear_time()
    {
        var patterns = BuiltInTypes.Snapshot.Schemas.SelectMany(schema => schema.Fields).Select(field => field.Pattern).OfType<string>().ToArray();
        patterns.Should().HaveCountGreaterThan(60);
        foreach (var pattern in patterns)
            FluentActions.Invoking(() => Pattern.Compile(pattern)).Should().NotThrow(pattern);
    }

    [Test]
    public void what_a_field_shows_as_an_example_fits_its_pattern()
    {
        var examples = BuiltInTypes.Snapshot.Schemas.SelectMany(schema => schema.Fields)
            .Where(field => field.Type is Contracts.FieldType.String or Contracts.FieldType.Url && field is { Pattern: not null, Placeholder: not null })
            .Where(field => !field.Placeholder!.Contains("...", StringComparison.Ordinal) && field.Placeholder is not "GUID").ToArray();
        examples.Should().HaveCountGreaterThan(20);
        foreach (var field in examples)
            Pattern.Compile(field.Pattern!).IsMatch(field.Placeholder!).Should().BeTrue($"{field.Placeholder} stands in {field.Name}");
    }

    [TestCase("jira", "api_token")]
    [TestCase("github_repos", "access_token")]
    [TestCase("webhook", "secret")]
    public void tokens_of_the_own_connectors_have_no_pattern(string type, string field) =>
        BuiltInTypes.Snapshot.Find(type)!.Schema.Fields.Single(f => f.Name == field).Pattern.Should().BeNull();

    [Test]
    public void private_keys_and_key_files_are_secrets_of_several_lines()
    {
        var keys = BuiltInTypes.Snapshot.Schemas.SelectMany(schema => schema.Fields).Where(f => f.Name is "private_key" or "service_account_json").ToArray();
        keys.Should().HaveCount(5).And.OnlyContain(field => field.Type == Contracts.FieldType.Secret && field.Multiline);
    }

    [TestCase("gitlab", "token", "https://gitlab.com")]
    [TestCase("zendesk", "api_token", null)]
    [TestCase("salesforce", "client_credentials", null)]
    [TestCase("hubspot", "token", null)]
    [TestCase("asana", "token", null)]
    [TestCase("linear", "api_key", null)]
    [TestCase("google_docs", "service_account", null)]
    [TestCase("smtp", "password", null)]
    public void access_granted_in_the_browser_is_a_choice_and_never_the_default(string type, string usual, string? address)
    {
        var schema = BuiltInTypes.Snapshot.Find(type)!.Schema;
        schema.Capabilities.Should().Contain("oauth");
        var choice = schema.Fields.Single(field => field.Name == "auth_type");
        choice.Default!.Value.GetString().Should().Be(usual);
        var grant = schema.Auth.GetProperty("methods").EnumerateArray().Single(method => method.GetProperty("kind").GetString() == "oauth2_authorization_code");
        grant.GetProperty("name").GetString().Should().Be("oauth");
        grant.GetProperty("when").GetProperty("values")[0].GetString().Should().NotBe(usual);
        foreach (var name in new[] { "client_id", "client_secret" })
            schema.Fields.Single(field => field.Name == name).Should().Match<Contracts.SchemaField>(field => field.Required || field.RequiredWhen!.Field == "auth_type");
        if (address is not null)
            schema.Fields.Single(field => field.Name == "base_url").Default!.Value.GetString().Should().Be(address);
    }

    [Test]
    public void credentials_belong_to_the_organization_and_choices_to_the_team()
    {
        var fields = BuiltInTypes.Snapshot.Schemas.Where(schema => schema.Id is not "webhook").SelectMany(schema => schema.Fields, (schema, field) => (schema.Id, field)).ToArray();
        fields.Where(entry => entry.field is { Type: Contracts.FieldType.Secret, Level: Contracts.FieldLevel.Team }).Select(entry => $"{entry.Id}.{entry.field.Name}")
            .Should().BeEquivalentTo("splunk.hec_token", "pagerduty.routing_key", "microsoft_teams.webhook_url", "microsoft_teams.outgoing_webhook_token");
        fields.Where(entry => entry.field.Name is "project" or "repository" or "space_keys" or "workspace_gid" or "team_key" or "database_id" or "folder_id" or "site_url")
            .Should().OnlyContain(entry => entry.field.Level == Contracts.FieldLevel.Team).And.HaveCountGreaterThan(8);
    }

    [Test]
    public void every_field_says_what_it_is_for() =>
        BuiltInTypes.Snapshot.Schemas.SelectMany(schema => schema.Fields).Where(field => string.IsNullOrWhiteSpace(field.Description)).Should().BeEmpty();

    [Test]
    public void every_type_can_be_tested() =>
        BuiltInTypes.Snapshot.Schemas.Should().OnlyContain(schema => schema.Capabilities.Contains("test") && schema.Test.ValueKind == JsonValueKind.Object);

    [Test]
    public void teams_answers_to_its_alias() => BuiltInTypes.Snapshot.Find("teams")!.Schema.Id.Should().Be("microsoft_teams");

    [TestCase("slack", "X-Slack-Signature", "v0=", "v0:{timestamp}:{body}")]
    [TestCase("jira", "X-Hub-Signature", "sha256=", "{body}")]
    [TestCase("github", "X-Hub-Signature-256", "sha256=", "{body}")]
    [TestCase("github_app", "X-Hub-Signature-256", "sha256=", "{body}")]
    [TestCase("github_repos", "X-Hub-Signature-256", "sha256=", "{body}")]
    [TestCase("gitlab", "webhook-signature", "v1,", "{id}.{timestamp}.{body}")]
    [TestCase("pagerduty", "X-PagerDuty-Signature", "v1=", "{body}")]
    [TestCase("sentry", "Sentry-Hook-Signature", null, "{body}")]
    [TestCase("notion", "X-Notion-Signature", "sha256=", "{body}")]
    [TestCase("microsoft_teams", "Authorization", "HMAC ", "{body}")]
    [TestCase("github_wiki", "X-Hub-Signature-256", "sha256=", "{body}")]
    [TestCase("notion_database", "X-Notion-Signature", "sha256=", "{body}")]
    [TestCase("notion_pages", "X-Notion-Signature", "sha256=", "{body}")]
    [TestCase("zendesk", "X-Zendesk-Webhook-Signature", null, "{timestamp}{body}")]
    [TestCase("linear", "Linear-Signature", null, "{body}")]
    [TestCase("asana", "X-Hook-Signature", null, "{body}")]
    [TestCase("trello", "X-Trello-Webhook", null, "{body}{url}")]
    [TestCase("hubspot", "X-HubSpot-Signature-v3", null, "{method}{url}{body}{timestamp}")]
    public void signatures_are_described_as_the_providers_send_them(string type, string header, string? prefix, string content)
    {
        var verification = BuiltInTypes.Snapshot.Find(type)!.Schema.Webhook.GetProperty("verifications").EnumerateArray()
            .First(rule => rule.GetProperty("kind").GetString() is "hmac");
        verification.GetProperty("header").GetString().Should().Be(header);
        verification.GetProperty("content").GetString().Should().Be(content);
        (verification.TryGetProperty("prefix", out var given) ? given.GetString() : null).Should().Be(prefix);
    }

    private static string Text(string resource)
    {
        using var reader = new StreamReader(BuiltInTypes.Open(resource));
        return reader.ReadToEnd();
    }
}
