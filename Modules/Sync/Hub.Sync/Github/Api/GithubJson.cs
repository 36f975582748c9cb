using System.Text.Json;
using Hub.Sync.Providers;

namespace Hub.Sync.Github.Api;

/// <summary>Reads GitHub's records: what is missing or of another kind reads as null, never as a failure.</summary>
internal static class GithubJson
{
    public static long? Number(this JsonElement value, params ReadOnlySpan<string> path) =>
        value.At(path) is { ValueKind: JsonValueKind.Number } found && found.TryGetInt64(out var number) ? number : null;

    /// <summary>A count that fits the database's <c>int</c>.</summary>
    public static int? Count(this JsonElement value, params ReadOnlySpan<string> path) =>
        value.Number(path) is { } number and >= 0 and <= int.MaxValue ? (int)number : null;

    public static bool Flag(this JsonElement value, params ReadOnlySpan<string> path) => value.At(path).ValueKind is JsonValueKind.True;

    public static DateTimeOffset? Time(this JsonElement value, params ReadOnlySpan<string> path) =>
        value.At(path) is { ValueKind: JsonValueKind.String } found && found.TryGetDateTimeOffset(out var time) ? time.ToUniversalTime() : null;

    /// <summary>The items of an array below a path; none when it is something else.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement value, params ReadOnlySpan<string> path) =>
        value.At(path) is { ValueKind: JsonValueKind.Array } found ? found.EnumerateArray() : [];

    /// <summary>Names without repetition, in ordinal order: GitHub gives them in any.</summary>
    public static IReadOnlyList<string> Names(this IEnumerable<JsonElement> items, params string[] path) =>
        [.. items.Select(item => item.Text(path)).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
