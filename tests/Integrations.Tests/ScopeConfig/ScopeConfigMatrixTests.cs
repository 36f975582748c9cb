using System.Text.Json;
using FluentAssertions;
using Hub.TestHarness;
using NUnit.Framework;

namespace Hub.Integrations.Tests.ScopeConfig;

/// <summary>Three levels, each unset, set or locked, for a plain value, a secret and a value with a default: all 81 combinations, over HTTP.</summary>
public sealed class ScopeConfigMatrixTests
{
    private enum Level
    {
        Unset,
        Set,
        Locked,
    }

    private static readonly Level[] Levels = Enum.GetValues<Level>();
    private static readonly string[] Places = ["Platform", "Acme", "Core"];

    private static string Value(string field, int level) => field switch
    {
        "api_key" => $"sk-proj-matrix-secret-of-level-{level}",
        "base_url" => $"https://level{level}.example.com/v1",
        _ => $"org-Level{level}",
    };

    private static string Shown(string field, int level) => field is "api_key" ? "[ENCRYPTED]" : Value(field, level);

    [TestCase("organization_id")]
    [TestCase("api_key")]
    [TestCase("base_url")]
    public async Task Every_combination_gives_the_value_that_the_rule_says(string field)
    {
        await using var hub = await HubFixture.Start(setup => setup.Workers = false);
        var tenant = await hub.CreateScope("tenant", "Acme");
        long[] path = [1, tenant, await hub.CreateScope("team", "Core", tenant)];
        foreach (var platform in Levels)
            foreach (var middle in Levels)
                foreach (var team in Levels)
                {
                    Level[] chosen = [platform, middle, team];
                    // A lock that is still there from the round before would refuse what is set below it.
                    for (var i = 0; i < 3; i++)
                        (await hub.Http.Put($"scopes/{path[i]}/config/openai", new { })).Expect(200);
                    for (var i = 2; i >= 0; i--)
                        (await hub.Http.Put($"scopes/{path[i]}/config/openai", new
                        {
                            values = chosen[i] is Level.Unset ? [] : new Dictionary<string, string> { [field] = Value(field, i) },
                            locked = chosen[i] is Level.Locked ? new[] { field } : [],
                        })).Expect(200);
                    Check(field, chosen, path, (await hub.Http.Get($"scopes/{path[2]}/config/openai")).Expect(200));
                }
    }

    private static void Check(string field, Level[] chosen, long[] path, JsonElement seen)
    {
        var because = string.Join(", ", chosen);
        var firstLock = Array.IndexOf(chosen, Level.Locked);
        var winner = firstLock >= 0 ? firstLock : Array.FindLastIndex(chosen, level => level is not Level.Unset);
        var others = Enumerable.Range(0, 3).Where(i => i != winner && chosen[i] is not Level.Unset).ToArray();
        seen.GetProperty("locked").EnumerateArray().Select(name => name.GetString()).Should().Equal(firstLock >= 0 ? [field] : [], because);
        seen.GetProperty("missing_fields").EnumerateArray().Select(name => name.GetString())
            .Should().Equal(field is "api_key" && winner >= 0 ? [] : ["api_key"], because);
        if (winner < 0)
        {
            seen.GetProperty("values").TryGetProperty(field, out var unset).Should().Be(field is "base_url", because);
            if (field is "base_url")
                (unset.GetProperty("value").GetString(), unset.GetProperty("source_scope_id").ValueKind).Should().Be(("https://api.openai.com/v1", JsonValueKind.Null), because);
            return;
        }

        var value = seen.GetProperty("values").GetProperty(field);
        value.GetProperty("value").GetString().Should().Be(Shown(field, winner), because);
        value.GetProperty("source_scope_id").GetInt64().Should().Be(path[winner], because);
        value.GetProperty("source_scope_name").GetString().Should().Be(Places[winner], because);
        value.GetProperty("inherited").GetBoolean().Should().Be(winner != 2, because);
        value.GetProperty("locked").GetBoolean().Should().Be(firstLock >= 0, because);
        value.TryGetProperty("overridden_value", out var overridden).Should().Be(others.Length > 0, because);
        if (others.Length > 0)
            overridden.GetString().Should().Be(Shown(field, others[^1]), because);
    }
}
