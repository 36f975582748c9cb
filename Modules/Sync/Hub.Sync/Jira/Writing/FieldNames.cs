using System.Text.Json;
using Hub.Integrations.Contracts;
using Hub.Sync.Providers;

namespace Hub.Sync.Jira.Writing;

/// <summary>
/// What callers call fields: the names that the integration maps, Jira's ids, or what Jira shows to people, spelled in any case and with underscores for spaces.
/// </summary>
internal sealed class FieldNames(Connection connection)
{
    private static readonly Dictionary<string, string> Own = new(StringComparer.Ordinal)
    {
        ["summary"] = "summary", ["description"] = "description", ["issuetype"] = "issue_type", ["project"] = "project_key", ["priority"] = "priority",
        ["assignee"] = "assignee", ["labels"] = "labels", ["duedate"] = "due_date", ["resolution"] = "resolution", ["status"] = "status",
    };

    private readonly IReadOnlyList<(string Target, string Source)> mapped = [.. Mappings(connection)];

    /// <summary>Where in a request the value of a Jira field stands: <c>due_date</c>, <c>fields.story_points</c>, <c>fields.customfield_10016</c>.</summary>
    public string PathOf(string id) => Own.GetValueOrDefault(id)
        ?? $"fields.{mapped.FirstOrDefault(mapping => mapping.Source.Equals(id, StringComparison.OrdinalIgnoreCase)).Target ?? id}";

    /// <exception cref="FieldRefused">None, or more than one.</exception>
    public ScreenField Find(string name, IReadOnlyList<ScreenField> screen)
    {
        var source = mapped.FirstOrDefault(mapping => mapping.Target == name).Source?.Split('.')[0] ?? name;
        var exact = screen.FirstOrDefault(field => field.Id.Equals(source, StringComparison.OrdinalIgnoreCase));
        var found = exact is not null ? [exact] : screen.Where(field => Plain(field.Name) == Plain(source) || Plain(field.Id) == Plain(source)).ToArray();
        return found switch
        {
            [var one] when Own.TryGetValue(one.Id, out var own) => throw new FieldRefused($"stands outside of fields: {own}"),
            [var one] => one,
            [] => throw new FieldRefused($"is no field that can be set here; there are: {ScreenField.Shown(screen.Where(field => !Own.ContainsKey(field.Id)).Select(field => field.Name))}"),
            _ => throw new FieldRefused($"is the name of more than one field; take an id: {ScreenField.Shown(found.Select(field => field.Id))}"),
        };
    }

    private static string Plain(string name) => new([.. name.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);

    // {"story_points": "customfield_10016"}, or [{"source": "customfield_10016", "target": "story_points"}].
    private static IEnumerable<(string Target, string Source)> Mappings(Connection connection)
    {
        if (!connection.Settings.TryGetValue("field_mappings", out var mappings))
            return [];
        var pairs = mappings.ValueKind switch
        {
            JsonValueKind.Object => mappings.EnumerateObject().Select(one => (Target: (string?)JsonText.Clean(one.Name), Source: one.Value.Text())),
            JsonValueKind.Array => mappings.EnumerateArray().Select(one => (Target: one.Text("target"), Source: one.Text("source"))),
            _ => [],
        };
        return pairs.Where(pair => pair.Target is not null && pair.Source is not null).Select(pair => (pair.Target!, pair.Source!));
    }
}
