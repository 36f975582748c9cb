using System.Text.Json;
using Hub.Sync.Providers;

namespace Hub.Sync.Jira.Mapping;

/// <summary>
/// Finds what a mapping's source names. Members are found by their exact name or whatever the spelling of its words: <c>fix_versions</c> is
/// <c>fixVersions</c>, <c>due_date</c> is <c>duedate</c>. A member of a list is that member of each of its items.
/// </summary>
internal static class SourceValue
{
    /// <returns>An undefined element when it is not there.</returns>
    public static JsonElement Find(JsonElement fields, IReadOnlyList<string> path)
    {
        var value = fields;
        for (var i = 0; i < path.Count; i++)
        {
            if (value.ValueKind is JsonValueKind.Array)
                return OfEach(value, [.. path.Skip(i)]);
            value = Member(value.ValueKind is JsonValueKind.String && JiraSprint.Read(value) is { } sprint ? sprint : value, path[i]);
        }

        return value;
    }

    private static JsonElement OfEach(JsonElement list, IReadOnlyList<string> path) => JsonSerializer.SerializeToElement(
        list.EnumerateArray().Select(item => Find(item, path)).Where(found => found.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null)));

    private static JsonElement Member(JsonElement value, string name)
    {
        if (value.At(name) is { ValueKind: not JsonValueKind.Undefined } exact)
            return exact;
        if (value.ValueKind is not JsonValueKind.Object)
            return default;
        var plain = Plain(name);
        foreach (var member in value.EnumerateObject())
            if (Plain(member.Name) == plain)
                return member.Value;
        return default;
    }

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();
}
