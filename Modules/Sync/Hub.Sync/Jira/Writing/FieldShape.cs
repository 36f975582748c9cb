using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Sync.Providers;

namespace Hub.Sync.Jira.Writing;

/// <summary>
/// Gives values the form in which Jira takes them, by the field's own description: options by their names, people by theirs, days, numbers, lists. An object
/// is passed on as it is, for what only the caller knows how to say.
/// </summary>
internal sealed class FieldShape(JiraPeople people, bool cloud)
{
    /// <returns>Null empties the field.</returns>
    /// <exception cref="FieldRefused">The field cannot take it.</exception>
    public async Task<JsonNode?> Of(ScreenField field, JsonElement value, CancellationToken ct)
    {
        // Sprints are lists that take one number.
        var isList = field.Type is "array" && field.Custom?.EndsWith(":gh-sprint", StringComparison.Ordinal) != true;
        if (value.ValueKind is JsonValueKind.Null)
            return isList ? new JsonArray() : null;
        if (!isList)
            return await One(field, field.Type, value, ct);
        var items = new JsonArray();
        foreach (var item in value.ValueKind is JsonValueKind.Array ? [.. value.EnumerateArray()] : new[] { value })
            items.Add(await One(field, field.Items, item, ct));
        return items;
    }

    private async Task<JsonNode?> One(ScreenField field, string? type, JsonElement value, CancellationToken ct)
    {
        if (type is "option-with-child")
            return Cascade(field, value);
        if (value.ValueKind is JsonValueKind.Object)
            return Raw(value);
        return type switch
        {
            "string" => field.IsRich ? Rich(RequireText(value)) : RequireText(value),
            "number" => Number(value),
            "date" => Day(value),
            "datetime" => Instant(value),
            "user" => await people.Find(RequireText(value), ct),
            "issuelink" => new JsonObject { ["key"] = RequireText(value) },
            "option" or "priority" or "resolution" or "version" or "component" or "securitylevel" or "group" => Choice(field, field.Allowed, value),
            _ when field.Allowed.Count > 0 && field.Type is not "array" => Choice(field, field.Allowed, value),
            _ => Raw(value),
        };
    }

    /// <summary>Plain text as the rich text of this Jira; null for an empty one.</summary>
    public JsonNode? Rich(string text) => string.IsNullOrWhiteSpace(text) ? null : cloud ? AdfDocument.Of(text) : WikiMarkup.Of(text);

    private static JsonObject Choice(ScreenField field, IReadOnlyList<JsonElement> allowed, JsonElement value)
    {
        var text = RequireText(value);
        if (allowed.Count == 0)
            return new JsonObject { [field.Type is "option" || field.Items is "option" ? "value" : "name"] = text };
        var chosen = allowed.Where(one => ScreenField.Label(one).Equals(text, StringComparison.OrdinalIgnoreCase)).Concat(allowed.Where(one => one.Text("id") == text)).ToArray();
        if (chosen.Length == 0)
            throw new FieldRefused($"'{text}' is not allowed; allowed are: {field.Choices}");
        return chosen[0].Text("id") is { } id ? new JsonObject { ["id"] = id } : new JsonObject { ["value"] = ScreenField.Label(chosen[0]) };
    }

    // "Parent > Child", ["Parent", "Child"], or the parent alone.
    private static JsonNode? Cascade(ScreenField field, JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Object)
            return Raw(value);
        string[] path = value.ValueKind is JsonValueKind.Array ? [.. value.EnumerateArray().Select(RequireText)]
            : RequireText(value).Split('>', 2, StringSplitOptions.TrimEntries);
        if (path.Length is < 1 or > 2)
            throw new FieldRefused("must be one option, or an option and one below it");
        var chosen = Choice(field, field.Allowed, JsonSerializer.SerializeToElement(path[0]));
        if (path.Length == 2)
        {
            var parent = field.Allowed.FirstOrDefault(one => one.Text("id") == chosen["id"]?.GetValue<string>());
            var children = parent.At("children") is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().ToArray() : [];
            chosen["child"] = Choice(field with { Allowed = children }, children, JsonSerializer.SerializeToElement(path[1]));
        }

        return chosen;
    }

    private static JsonNode Number(JsonElement value) => value.ValueKind is JsonValueKind.Number ? Raw(value)!
        : value.ValueKind is JsonValueKind.String && decimal.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
        : throw new FieldRefused("must be a number");

    private static JsonNode Day(JsonElement value) => JiraTime.Day(value) is { } day ? day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
        : throw new FieldRefused("must be a day such as 2026-01-31");

    private static JsonNode Instant(JsonElement value) => value.ValueKind is JsonValueKind.String && JiraTime.Instant(value) is { } time
        ? time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'+0000'", CultureInfo.InvariantCulture)
        : throw new FieldRefused("must be a time such as 2026-01-31T12:00:00Z");

    private static string RequireText(JsonElement value) => value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? value.Text() ?? ""
        : throw new FieldRefused("must be a text");

    private static JsonNode? Raw(JsonElement value) => JsonNode.Parse(value.GetRawText());
}
