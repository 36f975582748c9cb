using System.Text.Json;
using Hub.Sync.Providers;

namespace Hub.Sync.Jira.Mapping;

/// <summary>What a mapped value is made into.</summary>
internal enum Transform
{
    /// <summary>Whatever its shape suggests.</summary>
    None,
    Text,
    Number,
    Date,
    User,
    Option,
    List,
}

/// <summary>One line of an integration's <c>field_mappings</c>.</summary>
/// <param name="Target">Its name among the ticket's fields.</param>
/// <param name="Source">Id or name of a Jira field, with members of its value after dots: <c>customfield_10016</c>, <c>fix_versions.name</c>.</param>
/// <param name="Transform">What its value is made into.</param>
internal sealed record FieldMapping(string Target, string Source, Transform Transform)
{
    public IReadOnlyList<string> Path { get; } = Source.Split('.');

    /// <summary>
    /// Reads the setting in both of its forms, <c>[{source, target, transform}]</c> and <c>{target: source}</c>, in order of the targets. Configuration is
    /// checked before it is stored; what slipped through is left out.
    /// </summary>
    public static IReadOnlyList<FieldMapping> ReadAll(JsonElement setting) => [.. (setting.ValueKind switch
    {
        JsonValueKind.Array => setting.EnumerateArray().Select(entry => Read(entry.Text("target"), entry.Text("source"), entry.Text("transform"))),
        JsonValueKind.Object => setting.EnumerateObject().Select(entry => Read(entry.Name, entry.Value.Text(), null)),
        _ => [],
    }).OfType<FieldMapping>().DistinctBy(mapping => mapping.Target, StringComparer.Ordinal).OrderBy(mapping => mapping.Target, StringComparer.Ordinal)];

    private static FieldMapping? Read(string? target, string? source, string? transform) => target is null || source is null
        ? null
        : new FieldMapping(target, source, Enum.TryParse<Transform>(transform, ignoreCase: true, out var known) ? known : Transform.None);
}
