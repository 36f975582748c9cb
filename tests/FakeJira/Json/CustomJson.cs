using System.Text.Json;

namespace Hub.FakeJira;

/// <summary>The values of custom fields as an issue shows them.</summary>
static class CustomJson
{
    public static void Custom(this ApiView view, Utf8JsonWriter json, JiraField field, JsonElement value)
    {
        switch (field.Type, field.Items, value.ValueKind)
        {
            case ("user", _, JsonValueKind.String): view.User(json, view.Person(value.GetString()!)); break;
            case ("array", "user", JsonValueKind.Array): Each(json, value, v => view.User(json, view.Person(v.GetString()!))); break;
            case ("option", _, JsonValueKind.String): view.Option(json, field, value.GetString()!); break;
            case ("array", "option", JsonValueKind.Array): Each(json, value, v => view.Option(json, field, v.GetString()!)); break;
            case ("option-with-child", _, JsonValueKind.Array):
                var path = value.EnumerateArray().Select(v => v.GetString()!).ToArray();
                view.Option(json, field, path[0], path.Length > 1 ? path[1] : null);
                break;
            case ("array", "json", JsonValueKind.Array): Each(json, value, v => view.Sprint(json, v)); break;
            case ("datetime", _, JsonValueKind.String): json.WriteStringValue(view.Time(value.GetDateTimeOffset())); break;
            case (_, _, JsonValueKind.String) when field.IsLong: view.Text(json, value.GetString()); break;
            default: value.WriteTo(json); break;
        }
    }

    public static void Option(this ApiView view, Utf8JsonWriter json, JiraField field, string id, string? child = null)
    {
        json.WriteStartObject();
        json.WriteString("self", view.Self($"customFieldOption/{id}"));
        json.WriteString("value", CustomFields.Options(field.Id).FirstOrDefault(o => o.Id == id)?.Value);
        json.WriteString("id", id);
        if (child is not null)
        {
            json.WritePropertyName("child");
            view.Option(json, field, child);
        }

        json.WriteEndObject();
    }

    static void Sprint(this ApiView view, Utf8JsonWriter json, JsonElement value)
    {
        var (id, name, state) = CustomFields.Sprints.First(s => s.Id == value.GetInt32());
        // Data Center shows a sprint as the text of a Java object.
        if (!view.Cloud)
        {
            var values = $"id={id},rapidViewId=8,state={state.ToUpperInvariant()},name={name}";
            json.WriteStringValue($"com.atlassian.greenhopper.service.sprint.Sprint@{id:x8}[{values}]");
            return;
        }

        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteString("name", name);
        json.WriteString("state", state);
        json.WriteNumber("boardId", 8);
        json.WriteString("goal", "");
        json.WriteEndObject();
    }

    static void Each(Utf8JsonWriter json, JsonElement array, Action<JsonElement> write)
    {
        json.WriteStartArray();
        foreach (var item in array.EnumerateArray()) write(item);
        json.WriteEndArray();
    }
}
