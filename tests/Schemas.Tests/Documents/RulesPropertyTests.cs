using System.Text.Json;
using System.Text.Json.Nodes;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Hub.Schemas.Browse;
using Hub.Schemas.Documents;
using NUnit.Framework;

namespace Hub.Schemas.Tests.Documents;

public class RulesPropertyTests
{
    private static readonly string[] Pieces =
    [
        "{", "}", "{base_url}", "{nobody}", "{@now-5m}", "{@now-5x}", "{$.a[0]|$.b}", "{count($.a)}", "{host(base_url)}", "{path(x)}", "{+base_url}", "{token.x}",
        "$", ".", "[", "0]", "|", "https://", " ", "\u0000", "\ud83d\ude00", "\ud83d", "é", "a", "\n", "\"", "\\",
    ];

    private static readonly Lazy<JsonNode[]> BuiltIn = new(() => [.. BuiltInTypes.ResourceNames().Select(name =>
    {
        using var stream = BuiltInTypes.Open(name);
        return JsonNode.Parse(stream)!;
    })]);

    // Where a text stands, any other text is judged without a fault, and what is found names places only.
    [Test]
    public void any_text_in_any_place_is_judged() =>
        Prop.ForAll(Texts(), Gen.Choose(0, int.MaxValue).ToArbitrary(), (text, seed) =>
        {
            var document = BuiltIn.Value[seed % BuiltIn.Value.Length].DeepClone();
            var places = TextsIn(document).ToArray();
            var place = places[seed / BuiltIn.Value.Length % places.Length];
            place.ReplaceWith(JsonValue.Create(text));
            var found = Judge.Of(document.ToJsonString());
            return found.Keys.All(path => path.Length > 0) && found.Values.All(messages => messages.Length > 0);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));

    [Test]
    public void a_template_is_refused_exactly_when_it_names_what_is_not_there() =>
        Prop.ForAll(Gen.ListOf(Gen.Elements("{known}", "{+known}", "{unknown}", "{ spaced }", "plain", "{@now}", "{\"json\": 1}", "{}")).ToArbitrary(), parts =>
        {
            var findings = new Findings();
            Templates.CheckRequest(new Node(JsonSerializer.SerializeToElement(string.Concat(parts)), "x", findings), new HashSet<string> { "known" });
            return findings.All.Count > 0 == parts.Contains("{unknown}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Test]
    public void a_path_is_one_exactly_when_its_steps_are()
    {
        Prop.ForAll(Gen.NonEmptyListOf(Gen.Elements(".name", "[0]", "[12]", "._x", ".a1")).ToArbitrary(), Gen.Elements("", ".", "[", "[a]", "..", "| ").ToArbitrary(), (steps, wrong) =>
            Templates.IsPath("$" + string.Concat(steps)) && Templates.IsPath($"$|${string.Concat(steps)}") && Templates.IsPath("$" + string.Concat(steps) + wrong) == wrong is "")
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));
        Templates.IsPath("").Should().BeFalse();
        Templates.IsPath("name").Should().BeFalse();
    }

    [Test]
    public void every_name_makes_a_drawing() =>
        Prop.ForAll(Texts(), name =>
        {
            var letters = Monogram.Letters(name);
            return letters.Length is > 0 and <= 2 && letters.All(letter => char.IsLetterOrDigit(letter) || letter == '?');
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    private static Arbitrary<string> Texts() =>
        Gen.ListOf(Gen.Elements(Pieces)).Select(pieces => string.Concat(pieces)).ToArbitrary();

    private static IEnumerable<JsonNode> TextsIn(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => TextsIn(member.Value)),
        JsonArray items => items.SelectMany(TextsIn),
        JsonValue value when value.GetValueKind() is JsonValueKind.String => [value],
        _ => [],
    };
}
