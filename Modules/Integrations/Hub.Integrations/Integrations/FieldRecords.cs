using System.Text.Json;
using Hub.Schemas.Contracts;

namespace Hub.Integrations.Integrations;

/// <summary>Checks a list of objects, or its short form, against the members that its field declares. Messages name the entry by its place.</summary>
internal static class FieldRecords
{
    private const int MostEntries = 500;

    /// <returns>What is wrong with the first entry that does not fit; null when all do.</returns>
    public static string? Refusal(IReadOnlyList<RecordMember> members, JsonElement value)
    {
        var key = members.FirstOrDefault(member => member.Key);
        var main = members.FirstOrDefault(member => !member.Key);
        if (value.ValueKind is JsonValueKind.Object && (key is null || main is null))
            return $"must be a list of objects with {Names(members)}";
        var entries = value.ValueKind is JsonValueKind.Object
            ? value.EnumerateObject().Select(entry => Expand(key!, main!, entry)).ToArray()
            : [.. value.EnumerateArray()];
        if (entries.Length > MostEntries)
            return $"must have at most {MostEntries} entries";
        var keys = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < entries.Length; i++)
            if (Refusal(members, entries[i], keys) is { } refusal)
                return $"entry {i + 1}: {refusal}";
        return null;
    }

    private static string? Refusal(IReadOnlyList<RecordMember> members, JsonElement entry, HashSet<string> keys)
    {
        if (entry.ValueKind is not JsonValueKind.Object)
            return $"must be an object with {Names(members)}";
        foreach (var given in entry.EnumerateObject())
            if (!members.Any(member => member.Name == given.Name))
                return $"has a member that is not known here; known are {Names(members)}";
        foreach (var member in members)
        {
            var value = entry.TryGetProperty(member.Name, out var found) && found.ValueKind is not JsonValueKind.Null ? found : default;
            if (Refusal(member, value) is { } refusal)
                return $"{member.Name} {refusal}";
            if (member.Key && !keys.Add(value.GetString()!))
                return $"{member.Name} is the same as that of an earlier entry";
        }

        return null;
    }

    private static string? Refusal(RecordMember member, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined => member.Required || member.Key ? "is required" : null,
        not JsonValueKind.String => "must be a text",
        _ when member.Options is { Count: > 0 } options && !options.Contains(value.GetString(), StringComparer.Ordinal) =>
            $"must be one of {string.Join(", ", options)}",
        _ when member.Except?.Contains(value.GetString(), StringComparer.Ordinal) is true => "must be another name: this one is taken by the hub itself",
        _ => FieldRules.Pattern(member.Pattern, member.Placeholder, value.GetString()!),
    };

    private static JsonElement Expand(RecordMember key, RecordMember main, JsonProperty entry) => JsonSerializer.SerializeToElement(
        new Dictionary<string, JsonElement> { [key.Name] = JsonSerializer.SerializeToElement(entry.Name), [main.Name] = entry.Value });

    private static string Names(IEnumerable<RecordMember> members) => string.Join(", ", members.Select(member => member.Name));
}
