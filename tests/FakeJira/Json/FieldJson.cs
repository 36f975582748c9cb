using System.Text.Json;

namespace Hub.FakeJira;

/// <summary>Fields as lists and screens describe them.</summary>
static class FieldJson
{
    public static object Listed(JiraField field) => new
    {
        id = field.Id,
        key = field.Id,
        name = field.Name,
        custom = field.IsCustom,
        orderable = true,
        navigable = field.Navigable,
        searchable = true,
        clauseNames = field.IsCustom ? new[] { $"cf[{field.Id["customfield_".Length..]}]", field.Name } : [field.Id],
        schema = Schema(field),
    };

    public static void OnScreen(this ApiView view, Utf8JsonWriter json, JiraField field, bool required)
    {
        json.WriteStartObject();
        json.WriteBoolean("required", required);
        json.WritePropertyName("schema");
        JsonSerializer.Serialize(json, Schema(field), Reply.Options);
        json.WriteString("name", field.Name);
        json.WriteString("key", field.Id);
        json.WriteString("fieldId", field.Id);
        if (field.Type == "user" || field.Items == "user") json.WriteString("autoCompleteUrl", view.Self("user/search?query="));
        json.WriteBoolean("hasDefaultValue", field.Id == "priority");
        if (field.Id == "priority")
        {
            json.WritePropertyName("defaultValue");
            view.Priority(json, Priority.Medium);
        }

        IssueExpansion.Strings(json, "operations", field.Type == "array" && field.Items != "json" ? ["add", "set", "remove"] : ["set"]);
        view.AllowedValues(json, field);
        json.WriteEndObject();
    }

    public static void Array<T>(Utf8JsonWriter json, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray();
        foreach (var item in items) write(json, item);
        json.WriteEndArray();
    }

    static void AllowedValues(this ApiView view, Utf8JsonWriter json, JiraField field)
    {
        switch (field.Id)
        {
            case "priority": List(Priority.All, view.Priority); break;
            case "issuetype": List(IssueType.All, view.Type); break;
            case "resolution": List(Resolution.All, (json, r) => view.Resolution(json, r)); break;
            case "components": List(Project.Components, view.Component); break;
            default:
                if (CustomFields.Options(field.Id) is { IsEmpty: false } options)
                    List(options.Where(o => o.Parent is null), (json, o) => Choice(view, json, o, [.. options.Where(c => c.Parent == o.Id)]));
                break;
        }

        void List<T>(IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
        {
            json.WritePropertyName("allowedValues");
            Array(json, items, write);
        }
    }

    static void Choice(ApiView view, Utf8JsonWriter json, FieldOption option, FieldOption[] children)
    {
        json.WriteStartObject();
        json.WriteString("self", view.Self($"customFieldOption/{option.Id}"));
        json.WriteString("value", option.Value);
        json.WriteString("id", option.Id);
        if (children.Length > 0)
        {
            json.WritePropertyName("children");
            Array(json, children, (json, child) => Choice(view, json, child, []));
        }

        json.WriteEndObject();
    }

    static Dictionary<string, object> Schema(JiraField field)
    {
        var schema = new Dictionary<string, object> { ["type"] = field.Type };
        if (field.Items is not null) schema["items"] = field.Items;
        if (field.Custom is null) schema["system"] = field.Id;
        else (schema["custom"], schema["customId"]) = (field.Custom, int.Parse(field.Id["customfield_".Length..], null));
        return schema;
    }
}
