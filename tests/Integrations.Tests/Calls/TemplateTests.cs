using System.Text.Json;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Hub.Integrations.Calls;
using Hub.Schemas.Contracts;
using NUnit.Framework;

namespace Hub.Integrations.Tests.Calls;

public sealed class TemplateTests
{
    private static TemplateValues Values(string value, FieldType type = FieldType.String)
    {
        var sample = new Sample("{}").With("value", type is FieldType.String ? value : "0", type);
        return new TemplateValues(sample.Subject, AuthDescription.None, sample.Time);
    }

    [TestCase("{ viewer { name } }", "{ viewer { name } }")]
    [TestCase("{}", "{}")]
    [TestCase("{1} {\"a\":1}", "{1} {\"a\":1}")]
    [TestCase("{value", "{value")]
    [TestCase("a{value}{value}b", "axxb")]
    [TestCase("{unknown}", "")]
    public void Braces_around_anything_else_are_plain_text(string template, string text) => Values("x").Plain(template).Text.Should().Be(text);

    [Test]
    public void A_value_is_put_in_once_whatever_it_looks_like()
    {
        foreach (var tricky in new[] { "{value}", "{$.a}", "$1", "$&", "{@now}", "{token.x}" })
            Values(tricky).Plain("<{value}>").Text.Should().Be($"<{tricky}>");
    }

    [Test]
    public void In_an_address_no_value_reaches_beyond_its_place() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), given =>
        {
            var value = given.Get;
            if (value.Length == 0 || !IsText(value) || value.Split('/').Any(part => part is "." or ".."))
                return true;
            var text = Values(value).Address("https://provider.test/a/{value}/b?q={value}&z=1").Text;
            var url = new Uri(text);
            var query = url.Query.TrimStart('?').Split('&');
            return url is { Host: "provider.test", Fragment: "", UserInfo: "" } && url.AbsolutePath.Split('/').Length == 4 && query.Length == 2
                && Uri.UnescapeDataString(query[0][2..]) == value;
        }).QuickCheckThrowOnFailure();

    [Test]
    public void A_path_reads_what_is_there_and_nothing_else() =>
        Prop.ForAll(Gen.Elements("a", "b", "c").ListOf(7).ToArbitrary(), Gen.Choose(0, 3).ToArbitrary(), (names, index) =>
        {
            var path = $"$[{index}]{string.Concat(names.Select(name => $".{name}"))}";
            var leaf = Enumerable.Reverse(names).Aggregate("7", (inner, name) => $"{{\"{name}\":{inner}}}");
            var body = JsonElement.Parse($"[{string.Join(',', Enumerable.Repeat("null", index).Append(leaf))}]");
            return JsonPaths.Text(JsonPaths.Read(body, path)) == "7"
                && JsonPaths.Read(body, $"{path}.x") is null && JsonPaths.Read(body, path.Replace($"[{index}]", $"[{index + 1}]")) is null
                && JsonPaths.Text(JsonPaths.Read(body, $"$.nothing|{path}")) == "7";
        }).QuickCheckThrowOnFailure();

    [TestCase("2026-12-31T10:00:00Z", "2026-12-31T10:00:00Z")]
    [TestCase("Thu, 31 Dec 2026 10:00:00 GMT", "2026-12-31T10:00:00Z")]
    [TestCase("2026-12-31 10:00:00 UTC", "2026-12-31T10:00:00Z")]
    [TestCase("1798711200", "2026-12-31T10:00:00Z")]
    [TestCase("-1", null)]
    [TestCase("", null)]
    [TestCase("soon", null)]
    public void A_time_is_read_in_any_form(string text, string? time) =>
        Times.FromText(text).Should().Be(time is null ? null : DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture));

    private static bool IsText(string value)
    {
        try
        {
            return new System.Text.UTF8Encoding(false, true).GetByteCount(value) >= 0;
        }
        catch (System.Text.EncoderFallbackException)
        {
            return false;
        }
    }
}
