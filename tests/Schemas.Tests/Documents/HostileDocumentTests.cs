using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using FluentAssertions;
using NUnit.Framework;

namespace Hub.Schemas.Tests.Documents;

public class HostileDocumentTests
{
    private const string Small = """
        {
          "id": "acme", "name": "Acme", "category": "ticketing", "platform_name": "acme", "integration_category": "ticketing", "description": "Acme.",
          "fields": [{ "name": "key", "label": "Key", "type": "string" }]
        }
        """;

    [Test]
    public void a_byte_order_mark_does_no_harm() => SchemasModule.Validate(Encoding.UTF8.Preamble.ToArray().Concat(Encoding.UTF8.GetBytes(Small)).ToArray()).Should().BeEmpty();

    [Test]
    public void another_encoding_is_named_as_such()
    {
        SchemasModule.Validate(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(Small)).ToArray())["$"].Should().Equal("is not UTF-8: byte 1");
        var latin = Encoding.Latin1.GetBytes(Small.Replace("\"Acme.\"", "\"Acmé.\"", StringComparison.Ordinal));
        SchemasModule.Validate(latin)["$"].Should().Equal($"is not UTF-8: byte {Array.IndexOf(latin, (byte)0xE9) + 1}");
    }

    [Test]
    public void nothing_at_all_is_no_document() => SchemasModule.Validate(ReadOnlyMemory<byte>.Empty)["$"].Single().Should().StartWith("is not JSON");

    [TestCase("\"name\": \"Acme\"", "\"name\": \"\\ud800\"", "name")]
    [TestCase("\"name\": \"Acme\"", "\"name\": \"a\\u0000\"", "name")]
    [TestCase("\"name\": \"Acme\"", "\"name\": \"a\\u001b[31m\"", "name")]
    [TestCase("\"name\": \"Acme\"", "\"\\udfff\": 1, \"name\": \"Acme\"", "$")]
    [TestCase("\"type\": \"string\"", "\"type\": \"json\", \"default\": [{ \"a\": \"\\u0000\" }]", "fields[0].default[0].a")]
    [TestCase("\"type\": \"string\"", "\"type\": \"json\", \"default\": { \"b\\u0000\": 1 }", "fields[0].default")]
    [TestCase("\"type\": \"string\"", "\"type\": \"json\", \"default\": [1e999999]", "fields[0].default[0]")]
    [TestCase("\"type\": \"string\"", "\"type\": \"integer\", \"default\": 99999999999999999999", "fields[0].default")]
    public void what_cannot_be_kept_is_refused_with_its_place(string part, string by, string path) =>
        Judge.Of(Small.Replace(part, by, StringComparison.Ordinal)).Keys.Should().Equal(path);

    [Test]
    public void a_member_given_twice_deep_inside_is_refused() =>
        Judge.Of(Small.Replace("\"label\": \"Key\"", "\"label\": \"Key\", \"label\": \"Two\"", StringComparison.Ordinal))["$"].Single().Should().Contain("label");

    [Test]
    public void a_document_nested_without_end_is_refused() =>
        Judge.Of(Small.Replace("\"string\"", $"\"json\", \"default\": {new string('[', 1000)}{new string(']', 1000)}", StringComparison.Ordinal))["$"].Single()
            .Should().StartWith("is not JSON");

    [Test]
    public void a_megabyte_is_too_much() =>
        Judge.Of(Small.Replace("Acme.", new string('x', 1 << 20), StringComparison.Ordinal))["$"].Should().Equal("must have at most 256 KB");

    [TestCase("^(a+)+$")]
    [TestCase("^(a|aa)+$")]
    [TestCase("^(([a-z])+.)+[A-Z]([a-z])+$")]
    [TestCase("(x+x+)+y")]
    public void a_pattern_that_would_backtrack_for_ever_is_matched_in_linear_time(string pattern)
    {
        Judge.Of(Patterned(pattern)).Should().BeEmpty();
        var started = Stopwatch.GetTimestamp();
        Schemas.Documents.Pattern.Compile(pattern).IsMatch(new string('a', 50_000) + "!").Should().BeFalse();
        Stopwatch.GetElapsedTime(started).Should().BeLessThan(TimeSpan.FromSeconds(5));
    }

    [TestCase("((a{1,900}){1,900}){1,900}")]
    [TestCase("(((((a{99}){99}){99}){99}){99})")]
    [TestCase("(?<n>a)\\k<n>")]
    [TestCase("(?=a)b")]
    [TestCase("(?>a+)b")]
    public void a_pattern_that_costs_too_much_is_refused_at_once(string pattern)
    {
        var started = Stopwatch.GetTimestamp();
        Judge.Of(Patterned(pattern)).Keys.Should().Equal("fields[0].pattern");
        Stopwatch.GetElapsedTime(started).Should().BeLessThan(TimeSpan.FromSeconds(2));
    }

    [Test]
    public void many_small_things_are_judged_quickly()
    {
        var document = JsonNode.Parse(Small)!;
        document["aliases"] = new JsonArray([.. Enumerable.Range(0, 20_000).Select(number => JsonValue.Create($"a{number}"))]);
        document["fields"] = new JsonArray([.. Enumerable.Range(0, 200).Select(number => new JsonObject
        {
            ["name"] = $"f{number}", ["label"] = "F", ["type"] = "string", ["pattern"] = "^[a-z]{1,50}$",
        })]);
        var started = Stopwatch.GetTimestamp();
        Judge.Of(document.ToJsonString()).Keys.Should().Equal("aliases");
        Stopwatch.GetElapsedTime(started).Should().BeLessThan(TimeSpan.FromSeconds(3));
    }

    private static string Patterned(string pattern)
    {
        var document = JsonNode.Parse(Small)!;
        document["fields"]![0]!["pattern"] = pattern;
        return document.ToJsonString();
    }
}
