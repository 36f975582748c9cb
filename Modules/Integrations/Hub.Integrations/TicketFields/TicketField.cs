using System.Text.Json;
using System.Text.Json.Serialization;
using Hub.SharedKernel.Text;

namespace Hub.Integrations.TicketFields;

/// <summary>A field that a ticket can have at the third party.</summary>
/// <param name="Key">What to send it by: <c>summary</c>, <c>customfield_10016</c>.</param>
/// <param name="Name">What people call it there.</param>
/// <param name="Type">The provider's word: string, number, array, user, option, date...</param>
/// <param name="Items">What an array holds.</param>
/// <param name="Custom">Made on that site; its key differs from site to site.</param>
/// <param name="Required">Whether a new ticket needs it; null when no project was asked for.</param>
/// <param name="HasDefault">Whether the provider fills it in.</param>
/// <param name="AllowedValues">What it may be, where the provider lists that.</param>
/// <param name="IssueTypes">The issue types that have it; null when one or none was asked for.</param>
internal sealed record TicketField(
    string Key, string Name, string? Type, string? Items, bool Custom, bool? Required, bool HasDefault,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<AllowedValue>? AllowedValues,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? IssueTypes)
{
    /// <summary>How <c>field_mappings</c> would make it into a value of the hub; null when it has no form of its own.</summary>
    public string? SuggestedTransform => Type switch
    {
        "string" => "text",
        "number" => "number",
        "date" or "datetime" => "date",
        "user" => "user",
        "array" => Items is "user" ? "user" : Items is "issuelinks" or "attachment" or "worklog" ? null : "list",
        "option" or "option-with-child" or "priority" or "resolution" or "status" or "issuetype" or "version" or "project" or "securitylevel" => "option",
        _ => null,
    };

    /// <summary>Reads an item of <c>/field</c> or of a create screen; null for what names no field.</summary>
    public static TicketField? Of(JsonElement item, bool onScreen)
    {
        if (item.ValueKind is not JsonValueKind.Object || (Text(item, "fieldId") ?? Text(item, "key") ?? Text(item, "id")) is not { } key)
            return null;
        var schema = item.TryGetProperty("schema", out var found) && found.ValueKind is JsonValueKind.Object ? found : (JsonElement?)null;
        return new TicketField(
            key, Text(item, "name") ?? key, Text(schema, "type"), Text(schema, "items"),
            Flag(item, "custom") || Text(schema, "custom") is not null || key.StartsWith("customfield_", StringComparison.Ordinal),
            onScreen ? Flag(item, "required") : null, Flag(item, "hasDefaultValue"), Values(item), null);
    }

    private static AllowedValue[]? Values(JsonElement item) => item.TryGetProperty("allowedValues", out var list) && list.ValueKind is JsonValueKind.Array
        ? [.. list.EnumerateArray().Where(value => value.ValueKind is JsonValueKind.Object)
            .Select(value => new AllowedValue(Text(value, "id"), Text(value, "name") ?? Text(value, "value") ?? Text(value, "key") ?? ""))]
        : null;

    private static string? Text(JsonElement? json, string member) =>
        json is { } body && body.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.String && StorableText.Of(value, out var text) ? text : null;

    private static bool Flag(JsonElement json, string member) => json.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.True;
}

/// <param name="Id">The provider's id of the value.</param>
/// <param name="Name">What people call it.</param>
internal sealed record AllowedValue(string? Id, string Name);
