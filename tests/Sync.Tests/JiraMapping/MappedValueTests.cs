using System.Text.Json;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Hub.Sync.Jira.Mapping;
using NUnit.Framework;

namespace Hub.Sync.Tests.JiraMapping;

/// <summary>Every shape that a field of Jira has, under every transform. <c>misfit</c> stands for null and a count.</summary>
public class MappedValueTests
{
    private const string Misfit = "misfit";
    private const string Document = """{"type":"doc","version":1,"content":[{"type":"paragraph","content":[{"type":"text","text":"One"},{"type":"hardBreak"},{"type":"text","text":"two"}]}]}""";
    private const string Cascading = """{"self":"x","value":"Europe","id":"1","child":{"value":"France","id":"2"}}""";
    private const string CloudUser = """{"accountId":"5b10","displayName":"Ann Lee","emailAddress":"a@x.test"}""";
    private const string ServerUser = """{"name":"jdoe","key":"JIRAUSER1","displayName":"John Doe"}""";
    private const string OldSprint = "\"com.atlassian.greenhopper.service.sprint.Sprint@1f2a[id=7,rapidViewId=3,state=ACTIVE,name=Sprint 1, part=2,startDate=2026-11-20T10:11:12.345+08:00,goal=<null>,sequence=7]\"";
    private const string CloudSprint = """{"id":7,"name":"Sprint 1","state":"active","boardId":3}""";

    [TestCase("\" plain \"", "text", "\"plain\"")]
    [TestCase(Document, "text", "\"One\\ntwo\"")]
    [TestCase("\"h2. Wiki\\r\\n\\r\\n* *a*\"", "text", "\"Wiki\\n\\n* a\"")]
    [TestCase("\"one *line* stays\"", "text", "\"one *line* stays\"")]
    [TestCase("7.50", "text", "\"7.50\"")]
    [TestCase("true", "text", "\"true\"")]
    [TestCase(Cascading, "text", "\"Europe / France\"")]
    [TestCase(CloudUser, "text", "\"Ann Lee\"")]
    [TestCase("""[{"value":"A"},{"value":"B"}]""", "text", "\"A, B\"")]
    [TestCase("[" + OldSprint + "]", "text", "\"Sprint 1, part=2\"")]
    [TestCase("""{"watchCount":3}""", "text", Misfit)]
    [TestCase("8", "number", "8")]
    [TestCase("8.50", "number", "8.50")]
    [TestCase("1e400", "number", Misfit)]
    [TestCase("\" 3.25 \"", "number", "3.25")]
    [TestCase("\"1,5\"", "number", Misfit)]
    [TestCase("\"many\"", "number", Misfit)]
    [TestCase("""{"value":"13","id":"2"}""", "number", "13")]
    [TestCase("[8]", "number", Misfit)]
    [TestCase("true", "number", Misfit)]
    [TestCase("\"2026-11-20\"", "date", "\"2026-11-20\"")]
    [TestCase("\"2026-11-20T10:11:12.345+0000\"", "date", "\"2026-11-20T10:11:12.345Z\"")]
    [TestCase("\"2026-11-20T02:11:12.000-0800\"", "date", "\"2026-11-20T10:11:12Z\"")]
    [TestCase("\"2026-11-20T10:11:12.340+08:00\"", "date", "\"2026-11-20T02:11:12.34Z\"")]
    [TestCase("1732877091000", "date", "\"2024-11-29T10:44:51Z\"")]
    [TestCase("\"20/Nov/26\"", "date", Misfit)]
    [TestCase("""{"a":1}""", "date", Misfit)]
    [TestCase(CloudUser, "user", """{"id":"5b10","name":"Ann Lee"}""")]
    [TestCase(ServerUser, "user", """{"id":"jdoe","name":"John Doe"}""")]
    [TestCase("\"jdoe\"", "user", """{"id":"jdoe","name":"jdoe"}""")]
    [TestCase("[" + CloudUser + "," + ServerUser + "]", "user", """[{"id":"5b10","name":"Ann Lee"},{"id":"jdoe","name":"John Doe"}]""")]
    [TestCase("7", "user", Misfit)]
    [TestCase("""{"value":"A"}""", "user", Misfit)]
    [TestCase("""{"value":"High","id":"1"}""", "option", "\"High\"")]
    [TestCase(Cascading, "option", "\"Europe / France\"")]
    [TestCase("""{"name":"1.0","released":true}""", "option", "\"1.0\"")]
    [TestCase("\"High\"", "option", "\"High\"")]
    [TestCase("""[{"value":"A"}]""", "option", "\"A\"")]
    [TestCase("""[{"value":"A"},{"value":"B"}]""", "option", Misfit)]
    [TestCase("""["b","a"]""", "list", """["b","a"]""")]
    [TestCase("[]", "list", "[]")]
    [TestCase("""[{"name":"1.0"},{"name":"1.1"},null]""", "list", """["1.0","1.1"]""")]
    [TestCase("[" + CloudSprint + "]", "list", """["Sprint 1"]""")]
    [TestCase("[" + OldSprint + "]", "list", """["Sprint 1, part=2"]""")]
    [TestCase(Cascading, "list", """["Europe / France"]""")]
    [TestCase("[1,2]", "list", """["1","2"]""")]
    [TestCase("""[{"a":1},"b"]""", "list", Misfit)]
    [TestCase(Document, "list", Misfit)]
    [TestCase("\"text\"", null, "\"text\"")]
    [TestCase("5.0", null, "5.0")]
    [TestCase("false", null, "false")]
    [TestCase("\"2026-11-20T10:11:12.345+0100\"", null, "\"2026-11-20T09:11:12.345Z\"")]
    [TestCase(Document, null, "\"One\\ntwo\"")]
    [TestCase(Cascading, null, "\"Europe / France\"")]
    [TestCase(ServerUser, null, """{"id":"jdoe","name":"John Doe"}""")]
    [TestCase("[" + CloudUser + "]", null, """[{"id":"5b10","name":"Ann Lee"}]""")]
    [TestCase("""["a",1]""", null, """["a",1]""")]
    [TestCase("\"a\\u0000\\ud83d\"", null, "\"a\uFFFD\"")]
    public void A_shape_becomes(string value, string? transform, string expected)
    {
        var mapped = Map(transform, "customfield_1", $$"""{"customfield_1":{{value}}}""");
        Assert(mapped, expected);
    }

    [TestCase("null")]
    [TestCase("\"\"")]
    [TestCase("\"  \"")]
    public void What_is_empty_is_null_and_fits_everything(string value)
    {
        foreach (var transform in new[] { null, "text", "number", "date", "user", "option", "list" })
            Assert(Map(transform, "customfield_1", $$"""{"customfield_1":{{value}}}"""), "null");
        Assert(Map("number", "customfield_1", "{}"), "null");
    }

    [TestCase("parent.key", "\"A-1\"")]
    [TestCase("fix_versions", """["1.0","1.1"]""")]
    [TestCase("fixVersions.id", """["10","11"]""")]
    [TestCase("due_date", "\"2026-11-20\"")]
    [TestCase("issue_type", "\"Bug\"")]
    [TestCase("customfield_9.state", """["ACTIVE"]""")]
    [TestCase("customfield_9.start_date", """["2026-11-20T02:11:12.345Z"]""")]
    [TestCase("votes.votes", "3")]
    [TestCase("summary.name", "null")]
    [TestCase("nothing.at.all", "null")]
    public void A_source_is_a_path_of_names(string source, string expected) => Assert(Map(null, source, $$$"""
        {"parent":{"key":"A-1"},"fixVersions":[{"id":"10","name":"1.0"},{"id":"11","name":"1.1"}],"duedate":"2026-11-20","issuetype":{"name":"Bug"},
         "customfield_9":[{{{OldSprint}}}],"votes":{"votes":3},"summary":"S"}
        """), expected);

    [Test]
    public void Both_forms_of_the_setting_mean_the_same()
    {
        var list = Of("""[{"target":"b","source":"customfield_2"},{"source":"customfield_1","target":"a","transform":null}]""");
        var map = Of("""{"a":"customfield_1","b":"customfield_2"}""");
        list.Hash.Should().Equal(map.Hash);
        Of("""{"a":"customfield_1","b":"customfield_3"}""").Hash.Should().NotEqual(map.Hash);
        Of("""[{"source":"customfield_1","target":"a","transform":"number"},{"target":"b","source":"customfield_2"}]""").Hash.Should().NotEqual(map.Hash);
        Of("[]").Hash.Should().BeNull();
        Of("7").Hash.Should().BeNull();
    }

    [Test]
    public void No_value_at_all_makes_a_mapping_fail() => Prop.ForAll(Gen.Sized(Value).ToArbitrary(), Gen.Elements("", "text", "number", "date", "user", "option", "list").ToArbitrary(), (value, transform) =>
    {
        var fields = JsonSerializer.Serialize(new { customfield_1 = value });
        var mapped = Map(transform == "" ? null : transform, "customfield_1.value", fields).Fields;
        return mapped.TryGetProperty("x", out _) && Map(transform, "customfield_1", fields).Fields.GetRawText().Length < 20 * fields.Length + 100;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    private static Gen<object?> Value(int size) => Gen.Elements<object?>(null, 7, 1.5, true, "", "x", "2026-11-20", "a\nb", "com.atlassian.greenhopper.x[", "com.atlassian.greenhopper.x[name=]") is var leaf && size < 2
        ? leaf
        : Gen.OneOf(leaf, Value(size / 2).ListOf(3).Select(items => (object?)items.ToArray()),
            from name in Gen.Elements("value", "name", "displayName", "accountId", "child", "type", "content")
            from member in Value(size / 2)
            select (object?)new Dictionary<string, object?> { [name] = member, ["id"] = 1 });

    private static void Assert(MappedFields mapped, string expected)
    {
        mapped.Fields.GetProperty("x").Should().Match<JsonElement>(found => JsonElement.DeepEquals(found, JsonElement.Parse(expected == Misfit ? "null" : expected)), mapped.Fields.GetRawText());
        mapped.Misfits.Should().Equal(expected == Misfit ? ["x"] : []);
    }

    private static MappedFields Map(string? transform, string source, string fields) =>
        Of(JsonSerializer.Serialize(new[] { new { source, target = "x", transform } })).Apply(JsonElement.Parse(fields));

    private static FieldMappings Of(string setting) => FieldMappings.Of(JsonElement.Parse(setting));
}
