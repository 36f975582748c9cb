using System.Text.Json;
using Hub.TestHarness;

namespace Hub.Integrations.Tests.Access;

/// <summary>Reads answers the way the tests here speak of them.</summary>
internal static class Json
{
    public static IReadOnlyList<long> Longs(this JsonElement json, string name) => [.. json.GetProperty(name).EnumerateArray().Select(item => item.GetInt64())];

    public static IReadOnlyList<long> Ids(this JsonElement list) => [.. list.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetInt64())];

    public static IReadOnlyList<string> Errors(this JsonElement problem, string field) =>
        problem.TryGetProperty("errors", out var errors) && errors.TryGetProperty(field, out var messages)
            ? [.. messages.EnumerateArray().Select(message => message.GetString()!)]
            : [];

    /// <summary>The problem's code, after making sure of the status.</summary>
    public static string? Code(this Answer answer, int status) => answer.Expect(status).GetProperty("code").GetString();
}
