using System.Text.Json;
using FluentAssertions;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Problems;
using NUnit.Framework;

namespace Hub.SharedKernel.Tests.Problems;

/// <summary>What a member should have been is said in words, whatever reads it.</summary>
public sealed class JsonProblemTests
{
    public enum Kind { Full, TwoWords }

    public sealed record Body
    {
        public Kind? Kind { get; init; }
        public int? Count { get; init; }
        public long Id { get; init; }
        public DateTimeOffset? At { get; init; }
        public DateOnly? Day { get; init; }
        public bool? On { get; init; }
        public string? Name { get; init; }
        public IReadOnlyList<string>? Names { get; init; }
        public Dictionary<string, string>? Map { get; init; }
        public Body? Inner { get; init; }
        public Made? Made { get; init; }
    }

    public sealed record Made(string Name, int? MostOfThem = null, Kind? Kind = null);

    [TestCase("{\"kind\":\"x\"}", "kind", "must be one of: full, two_words")]
    [TestCase("{\"kind\":5}", "kind", "must be one of: full, two_words")]
    [TestCase("{\"count\":\"x\"}", "count", "must be a whole number between -2147483648 and 2147483647")]
    [TestCase("{\"id\":1.5}", "id", "must be a whole number")]
    [TestCase("{\"at\":\"never\"}", "at", "must be an ISO 8601 time such as 2026-01-31T12:00:00Z")]
    [TestCase("{\"day\":\"x\"}", "day", "must be a day such as 2026-01-31")]
    [TestCase("{\"on\":1}", "on", "must be true or false")]
    [TestCase("{\"name\":5}", "name", "must be a text")]
    [TestCase("{\"names\":5}", "names", "must be a list")]
    [TestCase("{\"names\":[5]}", "names[0]", "must be a text")]
    [TestCase("{\"map\":5}", "map", "must be an object")]
    [TestCase("{\"inner\":{\"inner\":7}}", "inner.inner", "must be an object")]
    [TestCase("{\"made\":{\"name\":17}}", "made.name", "must be a text")]
    [TestCase("{\"made\":{\"name\":\"x\",\"most_of_them\":\"y\"}}", "made.most_of_them", "must be a whole number between -2147483648 and 2147483647")]
    [TestCase("{\"made\":{\"name\":\"x\",\"kind\":\"y\"}}", "made.kind", "must be one of: full, two_words")]
    public void The_rule_is_named(string json, string path, string rule)
    {
        var reading = () => JsonSerializer.Deserialize<Body>(json, HubJson.Options);
        var fault = reading.Should().Throw<JsonException>().Which;
        JsonProblem.Of(fault).Errors.Should().ContainSingle().Which.Should().BeEquivalentTo(new KeyValuePair<string, string[]>(path, [rule]));
    }
}
