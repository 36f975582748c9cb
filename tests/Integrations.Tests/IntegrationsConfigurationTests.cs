using System.Text.Json;
using System.Text.Json.Nodes;
using FluentAssertions;
using Hub.Integrations.Integrations;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Problems;
using Hub.SharedKernel.Text;
using NUnit.Framework;
using static Hub.Integrations.Tests.IntegrationsSchemas;

namespace Hub.Integrations.Tests;

public sealed class IntegrationsConfigurationTests
{
    private static readonly IntegrationSchema Schema = Of(
        Field("url", FieldType.Url, required: true),
        Field("token", FieldType.Secret, required: true),
        Field("key_file", FieldType.Secret) with { Multiline = true },
        Field("port", FieldType.Integer) with { Default = JsonElement.Parse("587") },
        Field("verify", FieldType.Boolean),
        Field("mode", FieldType.Select) with { Options = ["auto", "basic"], Default = JsonElement.Parse("\"auto\"") },
        Field("user", FieldType.String) with { RequiredWhen = new RequiredWhen("mode", ["basic"]) },
        Field("keys", FieldType.String) with { Pattern = "^[A-Z]+(,[A-Z]+)*$", Placeholder = "ENG,OPS" },
        Field("notes", FieldType.Multiline),
        Field("mappings", FieldType.Json),
        Field("ip", FieldType.String) with { Pattern = @"^(?!127\.)\d+\.\d+$" },
        Field("slow", FieldType.String) with { Pattern = @"^(?=(a+)+$)(a+)+$" });

    private static DraftedConfiguration Draft(string given, StoredConfiguration? stored = null, bool replace = true, bool environment = false) =>
        Configuration.Draft(Schema, stored ?? StoredConfiguration.Empty, Given(given), replace, environment);

    [TestCase("""{"colour":"red"}""", "colour", "is not a field of Sample*url, token*")]
    [TestCase("""{"url":5}""", "url", "must be a text")]
    [TestCase("""{"url":"ftp://x.example"}""", "url", "must be an address*")]
    [TestCase("""{"url":"https://user:pass@x.example"}""", "url", "must be an address*without user name*")]
    [TestCase("""{"url":"/relative"}""", "url", "must be an address*")]
    [TestCase("""{"token":["a"]}""", "token", "must be a text")]
    [TestCase("""{"token":"[ENCRYPTED]"}""", "token", "is only the placeholder*")]
    [TestCase("""{"token":"[FROM_ENVIRONMENT]"}""", "token", "is only the placeholder*")]
    [TestCase("""{"port":"587"}""", "port", "must be a whole number")]
    [TestCase("""{"port":1.5}""", "port", "must be a whole number")]
    [TestCase("""{"port":99999999999999999}""", "port", "is too large*")]
    [TestCase("""{"verify":"true"}""", "verify", "must be true or false")]
    [TestCase("""{"mode":"Basic"}""", "mode", "must be one of auto, basic")]
    [TestCase("""{"keys":"eng"}""", "keys", "*such as ENG,OPS")]
    [TestCase("""{"keys":"ENG\nOPS"}""", "keys", "must be one line*")]
    [TestCase("""{"token":"a\u0000b"}""", "token", "must be valid Unicode*")]
    [TestCase("""{"token":"\ud800"}""", "token", "must be valid Unicode*")]
    [TestCase("""{"mappings":"{}"}""", "mappings", "must be a JSON object or array")]
    [TestCase("""{"mappings":{"a":["\u0000"]}}""", "mappings", "must be valid Unicode*")]
    [TestCase("""{"mappings":{"\ud800":1}}""", "mappings", "must be valid Unicode*")]
    [TestCase("""{"ip":"127.1"}""", "ip", "must match*")]
    public void A_wrong_value_is_refused_by_the_name_of_its_field(string given, string field, string message)
    {
        var errors = Draft(given).Errors;
        errors.Should().ContainSingle().Which.Key.Should().Be($"configuration.{field}");
        errors.Values.Single().Single().Should().Match(message);
    }

    [Test]
    public void Every_wrong_value_is_told_at_once_and_no_value_is_repeated()
    {
        var errors = Draft("""{"url":"hunter2","token":7,"mode":"hunter2","keys":"hunter2","port":true}""").Errors;
        errors.Keys.Should().BeEquivalentTo("configuration.url", "configuration.token", "configuration.mode", "configuration.keys", "configuration.port");
        errors.Values.SelectMany(messages => messages).Should().NotContain(message => message.Contains("hunter2"));
    }

    [Test]
    public void Texts_are_trimmed_before_they_are_judged_and_kept()
    {
        var draft = Draft("""{"url":" https://x.example/a \n","token":"\tabc\r\n","keys":" ENG ","key_file":"-----BEGIN\nx\n"}""");
        draft.Errors.Should().BeEmpty();
        draft.Values["url"]!.GetValue<string>().Should().Be("https://x.example/a");
        draft.Values["keys"]!.GetValue<string>().Should().Be("ENG");
        draft.NewSecrets["token"].Should().Be("abc");
        draft.NewSecrets["key_file"].Should().Be("-----BEGIN\nx\n");
    }

    [Test]
    public void A_pattern_that_would_search_for_ever_is_cut_off() =>
        Draft($$"""{"slow":"{{new string('a', 60)}}!"}""").Errors.Should().ContainKey("configuration.slow");

    [Test]
    public void Blank_text_is_no_value()
    {
        var draft = Draft("""{"url":"  ","token":"","keys":null}""");
        draft.Errors.Should().BeEmpty();
        draft.Values.Should().BeEmpty();
        Configuration.Missing(Schema, draft.Values, draft.AllSecrets).Should().Equal("url", "token");
    }

    [Test]
    public void Defaults_count_as_values_but_are_not_stored()
    {
        var draft = Draft("""{"url":"https://x.example","token":"t"}""");
        draft.Values.Select(pair => pair.Key).Should().Equal("url");
        Configuration.Missing(Schema, draft.Values, draft.AllSecrets).Should().BeEmpty();
        Configuration.Effective(Schema, draft.Values)["port"].GetInt32().Should().Be(587);
    }

    [Test]
    public void A_field_of_one_method_is_needed_with_that_method_only()
    {
        var basic = Draft("""{"url":"https://x.example","token":"t","mode":"basic"}""");
        Configuration.Missing(Schema, basic.Values, basic.AllSecrets).Should().Equal("user");
    }

    [Test]
    public void Merging_keeps_what_is_not_sent_and_replacing_drops_it()
    {
        var stored = new StoredConfiguration(JsonNode.Parse("""{"url":"https://x.example","verify":true}""")!.AsObject(), new HashSet<string> { "token", "key_file" });
        var merged = Draft("""{"verify":false,"key_file":null}""", stored, replace: false);
        merged.Values.ToJsonString().Should().Be("""{"url":"https://x.example","verify":false}""");
        merged.AllSecrets.Should().Equal("token");
        var replaced = Draft("""{"verify":false,"token":"[ENCRYPTED]"}""", stored);
        replaced.Values.ToJsonString().Should().Be("""{"verify":false}""");
        replaced.AllSecrets.Should().Equal("token");
        replaced.NewSecrets.Should().BeEmpty();
    }

    [Test]
    public void Objects_in_json_fields_merge_member_by_member()
    {
        var stored = new StoredConfiguration(JsonNode.Parse("""{"mappings":{"a":1,"b":{"c":2,"d":3}}}""")!.AsObject(), new HashSet<string>());
        Draft("""{"mappings":{"a":null,"b":{"c":4}}}""", stored, replace: false).Values.ToJsonString().Should().Be("""{"mappings":{"b":{"c":4,"d":3}}}""");
    }

    [Test]
    public void A_field_that_the_type_no_longer_has_can_only_be_removed()
    {
        var stored = new StoredConfiguration(JsonNode.Parse("""{"gone":1}""")!.AsObject(), new HashSet<string>());
        Draft("""{"gone":null}""", stored, replace: false).Errors.Should().BeEmpty();
        Draft("""{"gone":2}""", stored, replace: false).Errors.Should().ContainKey("configuration.gone");
    }

    [Test]
    public void Secrets_of_the_environment_cannot_be_sent_but_their_placeholder_can()
    {
        Draft("""{"token":"abc"}""", environment: true).Errors["configuration.token"].Single().Should().Contain("environment");
        Draft("""{"token":"[FROM_ENVIRONMENT]"}""", environment: true).Errors.Should().BeEmpty();
    }

    [Test]
    public void A_value_over_64_KB_is_refused_by_name_and_a_configuration_over_1_MB_as_a_whole()
    {
        Draft($$"""{"notes":"{{new string('x', 65_537)}}"}""").Errors["configuration.notes"].Single().Should().Contain("64 KB");
        var large = string.Join(',', Enumerable.Range(0, 20).Select(i => $"\"f{i}\":\"{new string('x', 60_000)}\""));
        FluentActions.Invoking(() => Draft($"{{{large}}}")).Should().Throw<InvalidException>().Which.Errors.Should().ContainKey("configuration");
    }

    [Test]
    public void Words_of_others_are_cut_to_one_storable_line()
    {
        StorableText.OneLine("a\0b\r\nc").Should().Be("abc");
        StorableText.OneLine(new string('x', 499) + "\U0001F600 and more").Should().Be(new string('x', 499) + "...");
    }
}
