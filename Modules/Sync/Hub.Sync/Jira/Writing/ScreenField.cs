using System.Text.Json;
using Hub.Sync.Providers;

namespace Hub.Sync.Jira.Writing;

/// <summary>A field as a screen of Jira (create, edit or transition) describes it.</summary>
internal sealed record ScreenField
{
    private const int MostShown = 20;

    public required string Id { get; init; }
    public required string Name { get; init; }
    public bool Required { get; init; }
    public bool HasDefault { get; init; }

    /// <summary>string, number, date, datetime, user, option, priority, array, any...</summary>
    public string? Type { get; init; }

    /// <summary>The type of an array's items.</summary>
    public string? Items { get; init; }

    /// <summary>For custom fields what made them, such as <c>com.atlassian.jira.plugin.system.customfieldtypes:textarea</c>.</summary>
    public string? Custom { get; init; }

    /// <summary>Empty where Jira lists none.</summary>
    public IReadOnlyList<JsonElement> Allowed { get; init; } = [];

    /// <summary>Holds a document on Cloud, markup elsewhere; other texts are plain.</summary>
    public bool IsRich => Id is "description" or "environment" || Custom?.EndsWith(":textarea", StringComparison.Ordinal) == true;

    /// <summary>The first allowed values by the names that people know them by.</summary>
    public string Choices => Shown(Allowed.Select(Label));

    /// <param name="item">Its description.</param>
    /// <param name="id">Its id where that stands outside.</param>
    public static ScreenField? Of(JsonElement item, string? id = null) => (id ?? item.Text("fieldId") ?? item.Text("key")) is not { } found ? null : new ScreenField
    {
        Id = found,
        Name = item.Text("name") ?? found,
        Required = item.At("required").ValueKind is JsonValueKind.True,
        HasDefault = item.At("hasDefaultValue").ValueKind is JsonValueKind.True,
        Type = item.Text("schema", "type"),
        Items = item.Text("schema", "items"),
        Custom = item.Text("schema", "custom"),
        Allowed = item.At("allowedValues") is { ValueKind: JsonValueKind.Array } values ? [.. values.EnumerateArray()] : [],
    };

    /// <summary>The fields of an object that holds them by their ids.</summary>
    public static IReadOnlyList<ScreenField> ById(JsonElement fields) => fields.ValueKind is not JsonValueKind.Object ? []
        : [.. fields.EnumerateObject().Select(field => Of(field.Value, JsonText.Clean(field.Name))).OfType<ScreenField>()];

    public static string Label(JsonElement value) => value.Text("value") ?? value.Text("name") ?? value.Text() ?? value.Text("id") ?? "";

    public static string Shown(IEnumerable<string> names)
    {
        var all = names.Where(name => name.Length > 0).Distinct(StringComparer.Ordinal).ToArray();
        return string.Join(", ", all.Take(MostShown)) + (all.Length > MostShown ? $" and {all.Length - MostShown} more" : "");
    }
}
