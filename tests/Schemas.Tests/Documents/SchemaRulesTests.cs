using System.Reflection;
using System.Text.Json.Nodes;
using FluentAssertions;
using NUnit.Framework;

namespace Hub.Schemas.Tests.Documents;

public class SchemaRulesTests
{
    private const string Valid = """
        {
          "id": "acme_desk", "name": "Acme Desk", "category": "ticketing", "platform_name": "acme", "integration_category": "ticketing",
          "description": "Tickets of Acme Desk.", "capabilities": ["test", "webhook_in"],
          "fields": [
            { "name": "base_url", "label": "Address", "type": "url", "required": true, "default": "https://desk.acme.example" },
            { "name": "mode", "label": "Mode", "type": "select", "options": ["key", "user"], "default": "key" },
            { "name": "api_key", "label": "Key", "type": "secret", "pattern": "^[a-z]+$", "required_when": { "field": "mode", "values": ["key"] } },
            { "name": "limit", "label": "Limit", "type": "integer", "default": 5 }
          ],
          "auth": {
            "variables": { "root": { "field": "mode", "map": { "key": "{base_url}/k", "user": "{base_url}/u" } } },
            "methods": [{ "kind": "bearer", "token": "{api_key}", "when": { "field": "mode", "values": ["key"] } }, { "kind": "none" }]
          },
          "test": { "method": "GET", "url": "{root}/me", "expect": { "status": [200], "json": [{ "path": "$.ok", "equals": true }] },
            "identity": "{$.name|$.id}" },
          "webhook": {
            "verifications": [{ "kind": "hmac", "header": "X-Sign", "secret_field": "api_key", "content": "{timestamp}.{body}", "timestamp_header": "X-Time" }],
            "event_type": { "body": "$.type" }, "delivery_id": { "header": "X-Id" }
          }
        }
        """;

    // What names what inside a document, and what a regular expression is, a JSON Schema cannot tell.
    private static readonly string[] BeyondForm =
    [
        "field_names_are_unique", "a_default_address_is_complete", "a_default_is_one_of_the_options", "a_pattern_is_a_regular_expression",
        "a_pattern_needs_no_look_around", "a_pattern_needs_no_backreference", "a_condition_names_a_field_that_is_there", "a_condition_names_a_select",
        "a_condition_names_values_that_are_options", "a_template_names_fields_that_are_there", "a_variable_knows_every_option",
        "a_test_names_a_method_that_is_there", "an_identity_reads_the_answer", "a_part_is_of_a_field_that_is_there", "a_signature_needs_a_secret_field",
        "a_signed_time_needs_its_header", "members_of_a_record_are_unique", "a_token_needs_a_secret_that_is_there", "a_header_names_fields_that_are_there", "a_signature_covers_known_parts", "a_record_has_one_key", "a_pattern_of_a_record_is_a_regular_expression",
        "an_entry_has_an_id_of_its_own",
    ];

    /// <summary>The broken documents below whose mistake is one of form.</summary>
    public static IEnumerable<(string Name, string Document)> MistakesOfForm() =>
        typeof(SchemaRulesTests).GetMethod(nameof(a_mistake_is_named_by_its_path))!.GetCustomAttributes<TestCaseAttribute>()
            .Where(given => !BeyondForm.Contains(given.TestName))
            .Select(given => (given.TestName!, Changed((string)given.Arguments[0]!, (string?)given.Arguments[1])));

    [Test]
    public void a_short_document_is_enough() => Judge.Of(Valid).Should().BeEmpty();

    [TestCase("id", "\"Acme Desk\"", "id", TestName = "an_id_is_snake_case")]
    [TestCase("id", null, "id", TestName = "an_id_is_required")]
    [TestCase("name", "\"\"", "name", TestName = "a_name_is_not_empty")]
    [TestCase("name", "7", "name", TestName = "a_name_is_text")]
    [TestCase("category", "\"tickets\"", "category", TestName = "a_category_is_one_of_the_list")]
    [TestCase("integration_category", "\"data-warehouse\"", "integration_category", TestName = "an_integration_category_is_one_of_the_list")]
    [TestCase("docs_url", "\"javascript:alert(1)\"", "docs_url", TestName = "documentation_is_an_https_address")]
    [TestCase("icon_url", "\"/icons/../admin\"", "icon_url", TestName = "an_icon_stays_below_icons")]
    [TestCase("description", "\"a\\u0000b\"", "description", TestName = "text_holds_no_control_characters")]
    [TestCase("display_order", "1.5", "display_order", TestName = "a_display_order_is_a_whole_number")]
    [TestCase("featured", "\"yes\"", "featured", TestName = "featured_is_true_or_false")]
    [TestCase("aliases", "[\"desk\", \"desk\"]", "aliases[1]", TestName = "aliases_are_not_repeated")]
    [TestCase("colour", "\"red\"", "colour", TestName = "unknown_members_are_named")]
    [TestCase("capabilities", "[\"test\"]", "capabilities", TestName = "a_described_webhook_needs_its_capability")]
    [TestCase("capabilities", "[\"test\", \"webhook_in\", \"fly\"]", "capabilities", TestName = "capabilities_are_of_the_list")]
    [TestCase("test", null, "capabilities", TestName = "the_capability_test_needs_a_described_test")]
    [TestCase("fields", "{}", "fields", TestName = "fields_are_a_list")]
    [TestCase("fields.0.type", "\"uri\"", "fields[0].type", TestName = "a_field_type_is_one_of_the_list")]
    [TestCase("fields.0.label", null, "fields[0].label", TestName = "a_field_needs_a_label")]
    [TestCase("fields.0.name", "\"baseUrl\"", "fields[0].name", TestName = "a_field_name_is_snake_case")]
    [TestCase("fields.3.name", "\"mode\"", "fields[3].name", TestName = "field_names_are_unique")]
    [TestCase("fields.0.level", "\"user\"", "fields[0].level", TestName = "a_level_is_org_or_team")]
    [TestCase("fields.0.default", "\"desk\"", "fields[0].default", TestName = "a_default_address_is_complete")]
    [TestCase("fields.1.default", "\"other\"", "fields[1].default", TestName = "a_default_is_one_of_the_options")]
    [TestCase("fields.1.options", null, "fields[1].options", TestName = "a_select_has_options")]
    [TestCase("fields.0.options", "[\"a\"]", "fields[0].options", TestName = "only_a_select_has_options")]
    [TestCase("fields.2.default", "\"abc\"", "fields[2].default", TestName = "a_secret_has_no_default")]
    [TestCase("fields.3.default", "\"5\"", "fields[3].default", TestName = "a_default_has_the_type_of_its_field")]
    [TestCase("fields.2.pattern", "\"([a-z\"", "fields[2].pattern", TestName = "a_pattern_is_a_regular_expression")]
    [TestCase("fields.2.pattern", "\"^(?=a)a+$\"", "fields[2].pattern", TestName = "a_pattern_needs_no_look_around")]
    [TestCase("fields.2.pattern", "\"^(a+)\\\\1$\"", "fields[2].pattern", TestName = "a_pattern_needs_no_backreference")]
    [TestCase("fields.2.required_when", "{\"field\": \"shape\", \"values\": [\"key\"]}", "fields[2].required_when.field",
        TestName = "a_condition_names_a_field_that_is_there")]
    [TestCase("fields.2.required_when", "{\"field\": \"limit\", \"values\": [\"5\"]}", "fields[2].required_when.field",
        TestName = "a_condition_names_a_select")]
    [TestCase("fields.2.required_when", "{\"field\": \"mode\", \"values\": [\"pin\"]}", "fields[2].required_when.values",
        TestName = "a_condition_names_values_that_are_options")]
    [TestCase("fields.0.records", "[]", "fields[0].records", TestName = "only_json_has_records")]
    [TestCase("fields.3", "{\"name\": \"m\", \"label\": \"M\", \"type\": \"json\", \"records\": [{\"name\": \"a\", \"most\": 5}]}", "fields[3].records[0].most",
        TestName = "a_record_has_known_members")]
    [TestCase("fields.3", "{\"name\": \"m\", \"label\": \"M\", \"type\": \"json\", \"records\": [{\"name\": \"a\"}, {\"name\": \"a\"}]}", "fields[3].records[1].name",
        TestName = "members_of_a_record_are_unique")]
    [TestCase("fields.3", "{\"name\": \"m\", \"label\": \"M\", \"type\": \"json\", \"records\": [{\"name\": \"a\", \"key\": true}, {\"name\": \"b\", \"key\": true}]}",
        "fields[3].records[1].key", TestName = "a_record_has_one_key")]
    [TestCase("fields.3", "{\"name\": \"m\", \"label\": \"M\", \"type\": \"json\", \"records\": [{\"name\": \"a\", \"pattern\": \"(\"}]}", "fields[3].records[0].pattern",
        TestName = "a_pattern_of_a_record_is_a_regular_expression")]
    [TestCase("auth.methods", "[]", "auth.methods", TestName = "authentication_has_a_method")]
    [TestCase("auth.methods.0.kind", "\"magic\"", "auth.methods[0].kind", TestName = "a_method_kind_is_one_of_the_list")]
    [TestCase("auth.methods.0.token", null, "auth.methods[0].token", TestName = "a_method_has_its_parameters")]
    [TestCase("auth.methods.0.token", "\"{apikey}\"", "auth.methods[0].token", TestName = "a_template_names_fields_that_are_there")]
    [TestCase("auth.methods.0.password", "\"x\"", "auth.methods[0].password", TestName = "a_method_has_no_parameters_of_another")]
    [TestCase("auth.variables.root.map", "{\"key\": \"k\"}", "auth.variables.root.map", TestName = "a_variable_knows_every_option")]
    [TestCase("auth.headers", "{\"Bad Header\": \"x\"}", "auth.headers.Bad Header", TestName = "a_header_name_is_one")]
    [TestCase("test.url", "\"ftp://acme\"", "test.url", TestName = "a_test_address_is_http")]
    [TestCase("test.method", "\"DELETE\"", "test.method", TestName = "a_test_changes_nothing")]
    [TestCase("test.method", null, "test.method", TestName = "a_test_needs_a_method")]
    [TestCase("test.auth", "\"app\"", "test.auth", TestName = "a_test_names_a_method_that_is_there")]
    [TestCase("test.expect.status", "[99]", "test.expect.status[0]", TestName = "an_expected_status_is_one")]
    [TestCase("test.expect.json.0.path", "\"name\"", "test.expect.json[0].path", TestName = "a_path_starts_with_a_dollar")]
    [TestCase("test.expect.json.0.exists", "true", "test.expect.json[0]", TestName = "a_body_condition_says_one_thing")]
    [TestCase("test.expect.json.0", "{\"path\": \"$.a\", \"exists\": null}", "test.expect.json[0].exists", TestName = "existence_is_true_or_false")]
    [TestCase("test.body", "{\"form\": \"a=b\"}", "test.body.form", TestName = "a_form_is_an_object_of_texts")]
    [TestCase("test.body", "{}", "test.body", TestName = "a_body_is_json_or_a_form")]
    [TestCase("test.identity", "\"{nobody}\"", "test.identity", TestName = "an_identity_reads_the_answer")]
    [TestCase("test.explain", "[{\"status\": [403], \"ok\": false, \"message\": \"No.\"}]", "test.explain[0].reason", TestName = "a_failure_has_a_reason")]
    [TestCase("test.explain", "[{\"status\": [403], \"try\": {\"method\": \"GET\", \"url\": \"{root}/you\"}}]", "test.explain[0].try.expect",
        TestName = "a_second_try_is_a_whole_request")]
    [TestCase("test.explain", "[{\"status\": [403], \"ok\": true, \"try\": {\"method\": \"GET\", \"url\": \"{root}/you\"}}]", "test.explain[0].ok",
        TestName = "a_second_try_decides_alone")]
    [TestCase("test", "{\"one_of\": []}", "test.one_of", TestName = "a_choice_of_tests_is_not_empty")]
    [TestCase("test", "{\"one_of\": [{\"method\": \"GET\", \"url\": \"{root}\", \"expect\": {\"status\": [200]}}, {}]}", "test.one_of[1].method",
        TestName = "every_choice_is_a_request")]
    [TestCase("test", "{\"kind\": \"sso\", \"url\": \"https://a\"}", "test.url", TestName = "a_check_of_sign_in_settings_is_not_described")]
    [TestCase("test.url", "\"https://{host(nowhere)}/\"", "test.url", TestName = "a_part_is_of_a_field_that_is_there")]
    [TestCase("auth.methods.1", "{\"kind\": \"oauth2_authorization_code\", \"authorize_url\": \"{root}/a\", \"token_url\": \"{root}/t\", \"client_id\": \"c\", \"client_secret\": \"{api_key}\"}",
        "capabilities", TestName = "a_grant_needs_its_capability")]
    [TestCase("capabilities", "[\"test\", \"webhook_in\", \"oauth\"]", "capabilities", TestName = "the_capability_oauth_needs_a_grant")]
    [TestCase("webhook.verifications.0.secret_field", "\"base_url\"", "webhook.verifications[0].secret_field", TestName = "a_signature_needs_a_secret_field")]
    [TestCase("webhook.verifications.0.content", "\"{timestamp}\"", "webhook.verifications[0].content", TestName = "a_signature_covers_the_body")]
    [TestCase("webhook.verifications.0.timestamp_header", null, "webhook.verifications[0]", TestName = "a_signed_time_needs_its_header")]
    [TestCase("webhook.verifications.0", "{\"kind\": \"none\"}", "webhook.verifications[0]", TestName = "no_verification_needs_the_choice_of_the_user")]
    [TestCase("webhook.delivery_id", "{}", "webhook.delivery_id", TestName = "a_delivery_id_is_somewhere")]
    [TestCase("webhook.each", "\"events\"", "webhook.each", TestName = "a_path_to_entries_starts_with_a_dollar")]
    [TestCase("webhook.each", "\"$.events\"", "webhook.delivery_id.header", TestName = "an_entry_has_an_id_of_its_own")]
    [TestCase("webhook.handshake", "{\"kind\": \"store_secret\", \"signed\": false, \"secret_field\": \"api_key\", \"value\": \"$.t\"}",
        "webhook.handshake.when", TestName = "a_handshake_is_recognised_by_something")]
    [TestCase("webhook.verifications.0", "{\"kind\": \"rsa\", \"header\": \"X-Sign\", \"secret_field\": \"api_key\"}",
        "webhook.verifications[0].kind", TestName = "a_proof_is_of_a_known_kind")]
    [TestCase("webhook.verifications.0", "{\"kind\": \"ed25519\", \"secret_field\": \"api_key\", \"content\": \"{body}\"}",
        "webhook.verifications[0].header", TestName = "a_public_key_needs_the_signature_s_header")]
    [TestCase("webhook.verifications.0", "{\"kind\": \"plain\", \"secret_field\": \"api_key\"}",
        "webhook.verifications[0].header", TestName = "a_shared_text_needs_its_header")]
    [TestCase("webhook.verifications.0", "{\"kind\": \"ed25519\", \"header\": \"X-Sign\", \"secret_field\": \"api_key\", \"content\": \"{body}\", \"algorithm\": \"sha256\"}",
        "webhook.verifications[0].algorithm", TestName = "a_public_key_has_one_algorithm")]
    [TestCase("webhook.verifications.0", "{\"kind\": \"jwt-hs256\", \"secret_field\": \"api_key\", \"algorithm\": \"none\"}",
        "webhook.verifications[0].algorithm", TestName = "a_token_has_one_algorithm")]
    [TestCase("webhook.verifications.0", "{\"kind\": \"jwt-hs256\", \"secret_field\": \"nowhere\"}",
        "webhook.verifications[0].secret_field", TestName = "a_token_needs_a_secret_that_is_there")]
    [TestCase("webhook.verifications.0.header", "\"{nowhere}\"",
        "webhook.verifications[0].header", TestName = "a_header_names_fields_that_are_there")]
    [TestCase("webhook.verifications.0.content", "\"{body}{everything}\"",
        "webhook.verifications[0].content", TestName = "a_signature_covers_known_parts")]
    [TestCase("webhook.entity", "[\"$..id\"]",
        "webhook.entity", TestName = "an_entity_is_a_path")]
    [TestCase("webhook.entity", "[]",
        "webhook.entity", TestName = "an_entity_has_a_path")]
    [TestCase("webhook.event_type", "{\"parts\": [\"id\"]}",
        "webhook.event_type.parts", TestName = "parts_are_paths")]
    [TestCase("webhook.handshake", "{\"kind\": \"query_echo\", \"signed\": false}",
        "webhook.handshake.parameter", TestName = "an_echo_names_its_parameter")]
    [TestCase("webhook.handshake", "{\"kind\": \"echo\", \"signed\": false, \"when\": {\"path\": \"$.t\", \"exists\": true}, \"answer\": {\"content_type\": \"text/plain\", \"body\": \"x\"}}",
        "webhook.handshake.signed", TestName = "nobody_is_answered_without_a_proof")]
    public void a_mistake_is_named_by_its_path(string where, string? value, string path) =>
        Judge.Of(Changed(where, value)).Keys.First().Should().Be(path);

    [Test]
    public void all_mistakes_are_found_in_one_pass()
    {
        var document = JsonNode.Parse(Valid)!;
        document["category"] = "x";
        document["fields"]![2]!["pattern"] = "(";
        document["test"]!["url"] = "{nowhere}";
        Judge.Of(document.ToJsonString()).Keys.Should().BeEquivalentTo("category", "fields[2].pattern", "test.url");
    }

    [Test]
    public void a_grant_tells_who_gave_it_and_what_else_the_provider_wants()
    {
        var document = JsonNode.Parse(Valid)!;
        document["capabilities"]!.AsArray().Add("oauth");
        document["auth"]!["methods"]![1] = JsonNode.Parse("""
            {
              "name": "oauth", "kind": "oauth2_authorization_code", "when": { "field": "mode", "values": ["user"] },
              "authorize_url": "{base_url}/authorize", "token_url": "{base_url}/token", "client_id": "hub", "client_secret": "{api_key}",
              "scope": "read write", "client_auth": "basic", "parameters": { "access_type": "offline", "audience": "{base_url}" },
              "account": { "method": "POST", "url": "{base_url}/who", "body": { "json": { "query": "me" } }, "id": "{$.id}", "name": "{$.name|$.mail}" }
            }
            """);
        Judge.Of(document.ToJsonString()).Should().BeEmpty();
        document["auth"]!["methods"]![1]!["parameters"]!["audience"] = "{nowhere}";
        document["auth"]!["methods"]![1]!["account"] = new JsonObject { ["url"] = "me", ["name"] = "{nobody}" };
        Judge.Of(document.ToJsonString()).Keys.Should().Equal(
            "auth.methods[1].parameters.audience", "auth.methods[1].account.url", "auth.methods[1].account.id", "auth.methods[1].account.name");
    }

    [Test]
    public void a_test_may_be_a_choice_and_try_again()
    {
        var document = JsonNode.Parse(Valid)!;
        document["test"] = JsonNode.Parse("""
            { "one_of": [
              { "when": { "field": "mode", "values": ["key"] }, "method": "GET", "url": "https://{host(base_url)}/api{path(base_url)}", "expect": { "status": [200] },
                "explain": [{ "status": [403], "try": { "method": "GET", "url": "{root}/you", "expect": { "status": [200] } } }] },
              { "method": "POST", "url": "{root}/me", "expect": { "status": [200] } }] }
            """);
        Judge.Of(document.ToJsonString()).Should().BeEmpty();
        document["test"]!["one_of"]![0]!.AsObject().Remove("when");
        Judge.Of(document.ToJsonString()).Keys.Should().Equal("test.one_of[0].when");
    }

    [TestCase("[]")]
    [TestCase("null")]
    [TestCase("\"text\"")]
    public void anything_but_an_object_is_no_document(string json) => Judge.Of(json)["$"].Should().Equal("must be an object");

    [Test]
    public void text_that_is_not_json_is_refused_with_its_place() => Judge.Of("{\n  \"id\": }")["$"].Single().Should().Contain("line 2");

    [Test]
    public void a_member_given_twice_is_refused() => Judge.Of("""{ "id": "a", "id": "b" }""")["$"].Single().Should().Contain("twice");

    [Test]
    public void ten_thousand_fields_are_refused_without_reading_them()
    {
        var document = JsonNode.Parse(Valid)!;
        document["fields"] = new JsonArray([.. Enumerable.Range(0, 10_000).Select(_ => (JsonNode)new JsonObject())]);
        document.AsObject().Remove("auth");
        document.AsObject().Remove("test");
        document.AsObject().Remove("webhook");
        document["capabilities"] = new JsonArray();
        Judge.Of(document.ToJsonString()).Should().ContainKey("fields").And.HaveCount(1);
    }

    private static string Changed(string where, string? value)
    {
        var document = JsonNode.Parse(Valid)!;
        var steps = where.Split('.');
        var parent = document;
        foreach (var step in steps[..^1])
            parent = int.TryParse(step, out var index) ? parent[index]! : parent[step]!;
        var changed = value is null ? null : JsonNode.Parse(value);
        if (int.TryParse(steps[^1], out var last))
            parent[last] = changed;
        else if (value is null)
            parent.AsObject().Remove(steps[^1]);
        else
            parent[steps[^1]] = changed;
        return document.ToJsonString();
    }
}
