using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FluentAssertions;
using FsCheck;
using FsCheck.Fluent;
using Hub.SharedKernel.Hashing;
using NUnit.Framework;

namespace Hub.SharedKernel.Tests.Hashing;

public sealed class ContentHashTests
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(500);

    private static readonly string[] Words = ["a", "b", "size", "caf\u00e9", "cafe\u0301", "\ud83d\ude00", "", "2026-11-20T10:11:12.345+0000", "2026-11-20T10:11:12", "e\n\"\\"];

    [Test]
    public void The_order_of_members_does_not_count() => Prop.ForAll(Values(4).ToArbitrary(), Seeds, (value, seed) =>
        Hash(Write(value)) == Hash(Write(Shuffle(value, new Random(seed))))).Check(Thorough);

    [Test]
    public void The_unicode_form_does_not_count() => Prop.ForAll(Values(4).ToArbitrary(), value =>
        Hash(Write(value).Normalize(NormalizationForm.FormD)) == Hash(Write(value).Normalize(NormalizationForm.FormC))).Check(Thorough);

    [Test]
    public void The_spelling_of_a_number_does_not_count() => Prop.ForAll(
        Gen.Choose(int.MinValue, int.MaxValue).ToArbitrary(), Gen.Choose(-30, 30).ToArbitrary(), Gen.Choose(0, 12).ToArbitrary(), (digits, exponent, zeros) =>
    {
        var spelled = $"{digits}{(zeros > 0 ? "." : "")}{new string('0', zeros)}e{exponent}";
        var other = $"{digits}{new string('0', zeros)}E{exponent - zeros:+0;-0}";
        return Hash(spelled) == Hash(other) && (digits == 0 || Hash(spelled) != Hash($"{digits}e{exponent + 1}"));
    }).Check(Thorough);

    [Test]
    public void A_number_keeps_its_value() => Prop.ForAll(ArbMap.Default.ArbFor<decimal>(), number =>
        decimal.Parse(CanonicalNumber.Of(number.ToString(CultureInfo.InvariantCulture))!, NumberStyles.Float, CultureInfo.InvariantCulture) == number).Check(Thorough);

    [Test]
    public void The_offset_of_a_time_does_not_count_and_its_instant_does() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).ToArbitrary(), Gen.Choose(-14 * 60, 14 * 60).ToArbitrary(), Gen.Choose(1, 9_999_999).ToArbitrary(), (seconds, minutes, ticks) =>
    {
        var instant = DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(ticks);
        var there = instant.ToOffset(TimeSpan.FromMinutes(minutes));
        var spellings = new[]
        {
            instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture), there.ToString("O", CultureInfo.InvariantCulture),
            there.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture).Remove(there.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture).Length - 3, 1),
        };
        return spellings.Select(Quote).Select(Hash).Distinct().Count() == 1 && Hash(Quote(spellings[0])) != Hash(Quote(instant.AddTicks(1).ToString("O", CultureInfo.InvariantCulture)));
    }).Check(Thorough);

    [Test]
    public void A_real_change_always_counts() => Prop.ForAll(Values(4).ToArbitrary(), Values(4).ToArbitrary(), (one, other) =>
        Hash(Write(one)) == Hash(Write(other)) == JsonNode.DeepEquals(Normal(one), Normal(other))).Check(Thorough);

    [Test]
    public void The_canonical_form_is_its_own_canonical_form() => Prop.ForAll(Values(4).ToArbitrary(), value =>
    {
        var once = CanonicalJson.Text(Parse(Write(value)));
        return CanonicalJson.Text(Parse(once)) == once;
    }).Check(Thorough);

    [TestCase("1.0", "1")]
    [TestCase("-0.0e5", "0")]
    [TestCase("100", "100")]
    [TestCase("12.50", "12.5")]
    [TestCase("0.00012", "0.00012")]
    [TestCase("1e21", "1e21")]
    [TestCase("123456789012345678901234567890.1234567890", "1.23456789012345678901234567890123456789e29")]
    [TestCase("1E-30", "1e-30")]
    [TestCase("1e999", "\"1e999\"")]
    [TestCase("1e99999999999999999999", "\"1e99999999999999999999\"")]
    [TestCase("0e99999999999999999999", "0")]
    [TestCase("\"2026-11-20T10:11:12.340+0200\"", "\"2026-11-20T08:11:12.34Z\"")]
    [TestCase("\"2026-11-20T10:11-03\"", "\"2026-11-20T13:11:00Z\"")]
    [TestCase("\"2026-11-20T10:11:12\"", "\"2026-11-20T10:11:12\"")]
    [TestCase("\"2026-02-30T10:11:12Z\"", "\"2026-02-30T10:11:12Z\"")]
    [TestCase("\"0001-01-01T00:00:00+01:00\"", "\"0001-01-01T00:00:00+01:00\"")]
    [TestCase("\"a\\u0000b \\ud83d c\"", "\"ab \ufffd c\"")]
    [TestCase("{\"\\ud83d\":1,\"b\":2,\"a\":{},\"b\":3}", "{\"a\":{},\"b\":3,\"\ufffd\":1}")]
    [TestCase("{\"cafe\\u0301\":1,\"caff\":2}", "{\"caff\":2,\"caf\u00e9\":1}")]
    public void Each_value_has_one_spelling(string json, string canonical) => CanonicalJson.Text(Parse(json)).Should().Be(canonical);

    [Test]
    public void Volatile_members_of_the_type_do_not_count_wherever_they_stand()
    {
        var ignored = new HashSet<string> { "size", "stargazers_count" };
        ContentHash.Of(Parse("""{"name":"a","size":1,"source":{"stargazers_count":5}}"""), ignored).Should()
            .Equal(ContentHash.Of(Parse("""{"source":{},"name":"a","size":2}"""), ignored))
            .And.NotEqual(ContentHash.Of(Parse("""{"source":{},"name":"b"}"""), ignored));
    }

    private static Arbitrary<int> Seeds => Gen.Choose(0, int.MaxValue).ToArbitrary();

    private static Gen<JsonNode?> Values(int depth)
    {
        var leaf = Gen.OneOf(
            Gen.Elements(Words).Select(word => (JsonNode?)JsonValue.Create(word)), Gen.Choose(-3, 3).Select(number => (JsonNode?)JsonValue.Create(number)),
            Gen.Elements(0.5m, 1e-30m, 100m).Select(number => (JsonNode?)JsonValue.Create(number)), Gen.Elements<JsonNode?>(null, JsonValue.Create(true)!).Select(node => node?.DeepClone()));
        if (depth == 0)
            return leaf;
        var items = Values(depth - 1).ListOf();
        return Gen.Frequency(
            (3, leaf),
            (1, items.Select(list => (JsonNode?)new JsonArray([.. list.Take(4).Select(item => item?.DeepClone())]))),
            (2, items.SelectMany(list => Gen.Shuffle(Words.Select(word => word.Normalize()).Distinct().ToArray()).Select(names =>
                (JsonNode?)new JsonObject(names.Zip(list.Take(4), (name, item) => KeyValuePair.Create(name, item?.DeepClone())))))));
    }

    private static JsonNode? Shuffle(JsonNode? value, Random random) => value switch
    {
        JsonObject members => new JsonObject(members.OrderBy(_ => random.Next()).ToArray().Select(member => KeyValuePair.Create(member.Key, Shuffle(member.Value, random)))),
        JsonArray items => new JsonArray([.. items.Select(item => Shuffle(item, random))]),
        _ => value?.DeepClone(),
    };

    private static JsonNode? Normal(JsonNode? value) => JsonNode.Parse(Write(value).Normalize(NormalizationForm.FormC));

    // As it is, without escapes: so that a Unicode form reaches the texts inside.
    private static string Write(JsonNode? value) =>
        value?.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) ?? "null";

    private static string Hash(string json) => Convert.ToHexString(ContentHash.Of(Parse(json)));

    private static string Quote(string text) => $"\"{text}\"";

    private static JsonElement Parse(string json) => JsonElement.Parse(json);
}
