using System.Text.Json;
using FluentAssertions;
using Hub.Integrations.Imports;
using Hub.Schemas.Contracts;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Imports;

public sealed class OldKeysTests
{
    [TestCase("databaseId", "database_id")]
    [TestCase("databaseID", "database_id")]
    [TestCase("APIKey", "api_key")]
    [TestCase("Database-Id", "database_id")]
    [TestCase("database id", "database_id")]
    [TestCase("__private__", "private")]
    [TestCase("x509Certificate", "x509_certificate")]
    [TestCase("größeMB", "größe_mb")]
    [TestCase("", "")]
    [TestCase("_", "")]
    public void Spellings_have_one_normal_form(string key, string normal) => OldKeys.Normal(key).Should().Be(normal);

    [TestCase("sample_token", "token")]
    [TestCase("apiKey", "token")]
    [TestCase("personalAccessToken", "token")]
    [TestCase("endpoint", "base_url")]
    [TestCase("Sample-Base-URL", "base_url")]
    [TestCase("nothing_like_it", null)]
    public void A_key_finds_the_field_that_it_means(string key, string? field) =>
        OldKeys.FieldOf(IntegrationsSchemas.Of(
            IntegrationsSchemas.Field("token", FieldType.Secret), IntegrationsSchemas.Field("base_url", FieldType.Url)), key).Should().Be(field);

    [TestCase(FieldType.Boolean, "\"yes\"", "true")]
    [TestCase(FieldType.Boolean, "0", "false")]
    [TestCase(FieldType.Boolean, "\"perhaps\"", "\"perhaps\"")]
    [TestCase(FieldType.Integer, "\"587\"", "587")]
    [TestCase(FieldType.Integer, "1.5", "1.5")]
    [TestCase(FieldType.String, "42", "\"42\"")]
    [TestCase(FieldType.String, "[\"a\",\"b\"]", "\"a,b\"")]
    [TestCase(FieldType.String, "[{}]", "[{}]")]
    [TestCase(FieldType.Multiline, "[\"a\",7]", "\"a\\n7\"")]
    [TestCase(FieldType.Url, "\"abc.example.com/path\"", "\"https://abc.example.com/path\"")]
    [TestCase(FieldType.Url, "\"http://abc\"", "\"http://abc\"")]
    [TestCase(FieldType.Json, "\"{\\\"a\\\":1}\"", "{\"a\":1}")]
    [TestCase(FieldType.Json, "\"{broken\"", "\"{broken\"")]
    public void A_value_takes_the_form_of_its_field_or_stays_for_the_types_rules_to_refuse(FieldType type, string old, string shaped)
    {
        var field = IntegrationsSchemas.Field("value", type);
        var once = OldValues.Shaped(field, JsonElement.Parse(old));
        once.GetRawText().Should().Be(shaped);
        OldValues.Shaped(field, once).GetRawText().Should().Be(shaped, "shaping again changes nothing");
    }

    [TestCase("organization", "https://dev.azure.com/acme/", "acme")]
    [TestCase("organization", "https://acme.visualstudio.com/DefaultCollection", "acme")]
    [TestCase("organization", "acme", "acme")]
    [TestCase("repository", "https://github.com/acme/api.git", "acme/api")]
    [TestCase("repository", "git@github.com:acme/api.git", "acme/api")]
    [TestCase("repository", "https://github.com/acme/api/wiki", "acme/api")]
    [TestCase("repository", "acme/docs.site", "acme/docs.site")]
    [TestCase("repository", "https://ghe.example.com/acme/api", "https://ghe.example.com/acme/api")]
    [TestCase("database_id", "https://www.notion.so/acme/Docs-8C4D2B1A0F9E48D7A6B5C4D3E2F1A0B9?v=1", "8c4d2b1a0f9e48d7a6b5c4d3e2f1a0b9")]
    [TestCase("database_id", "8C4D2B1A-0F9E-48D7-A6B5-C4D3E2F1A0B9", "8c4d2b1a-0f9e-48d7-a6b5-c4d3e2f1a0b9")]
    [TestCase("database_id", "no id", "no id")]
    public void Addresses_become_the_names_in_them(string field, string old, string shaped) =>
        OldValues.Shaped(IntegrationsSchemas.Field(field, FieldType.String), JsonSerializer.SerializeToElement(old)).GetString().Should().Be(shaped);

    [TestCase("notion_config", """{"token":"t"}""", "notion_pages")]
    [TestCase("notion_config", """{"notionDatabaseId":"x"}""", "notion_database")]
    [TestCase("notion_config", """{"database_id":null,"page_id":"x"}""", "notion_pages")]
    [TestCase("notion_config", """{"type":"databases"}""", "notion_database")]
    [TestCase("azure_devops_config", """{"wikiId":"w"}""", "azure_devops_wiki")]
    [TestCase("azure_devops_config", """{"repository":"r"}""", "azure_devops_repos")]
    [TestCase("azure_devops_config", """{"repository":"r","type":"wiki"}""", "azure_devops_wiki")]
    [TestCase("github_config", """{"repo":"a/b"}""", "github_repos")]
    [TestCase("github_config", """{"repo":"a/b","wiki":true}""", "github_wiki")]
    [TestCase("github_config", """{"repo":"a/b","includeWiki":false}""", "github_repos")]
    [TestCase("github_config", """{"repo":"a/b","type":"github-wiki"}""", "github_wiki")]
    [TestCase("dynatrace_config", """{"type":"whatever"}""", "dynatrace_logs")]
    public void What_a_column_holds_decides_its_type(string column, string source, string type)
    {
        var members = JsonElement.Parse(source).EnumerateObject().Select(member => KeyValuePair.Create(member.Name, member.Value)).ToArray();
        OldColumn.All.Single(known => known.Name == column).Choose(members).Type.Should().Be(type);
    }
}
