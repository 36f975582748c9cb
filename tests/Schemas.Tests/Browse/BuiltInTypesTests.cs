using System.Text.Json;
using FluentAssertions;
using Hub.Schemas.Browse;
using Hub.Schemas.Documents;
using Hub.Schemas.Tests.Documents;
using NUnit.Framework;

namespace Hub.Schemas.Tests.Browse;

public class BuiltInTypesTests
{
    private static readonly (string Id, string Category)[] Expected =
    [
        ("openai", "ai"),
        ("coralogix", "observability"), ("datadog", "observability"), ("new_relic", "observability"), ("grafana", "observability"),
        ("snowflake", "data-warehouse"), ("bigquery", "data-warehouse"),
        ("elasticsearch", "search"), ("splunk", "search"),
        ("slack", "communication"), ("pagerduty", "communication"), ("microsoft_teams", "communication"),
        ("github", "scm"), ("github_app", "scm"), ("gitlab", "scm"), ("aws_codepipeline", "scm"),
        ("google_docs", "collaboration"), ("confluence", "collaboration"), ("notion", "collaboration"),
        ("aws", "cloud"), ("gcp", "cloud"),
        ("kubernetes", "orchestration"),
        ("sentry", "error-tracking"),
        ("jira", "ticketing"), ("smtp", "email"), ("sso", "sso"), ("webhook", "webhook"), ("github_repos", "scm"),
    ];

    public static IEnumerable<string> Documents => BuiltInTypes.ResourceNames().Order();

    [Test]
    public void the_catalogue_holds_these_types_in_this_order() =>
        BuiltInTypes.Snapshot.Schemas.Select(schema => (schema.Id, schema.Category)).Should().Equal(Expected);

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
    public void signatures_are_described_as_the_providers_send_them(string type, string header, string? prefix, string content)
    {
        var verification = BuiltInTypes.Snapshot.Find(type)!.Schema.Webhook.GetProperty("verifications")[0];
        verification.GetProperty("kind").GetString().Should().Be("hmac");
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
