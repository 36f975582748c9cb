using System.Collections.Immutable;
using System.Text.Json;

namespace Hub.FakeJira;

/// <summary>The fields of the site, and those of the create screen, whose body names differ between the two products.</summary>
static class FieldEndpoints
{
    static readonly string[] OnCreateScreen =
        ["summary", "issuetype", "project", "description", "priority", "assignee", "labels", "components", "duedate", "parent", JiraFields.StoryPoints];

    public static void Map(RestApi api)
    {
        api.Map("GET", "/field", (context, _) => Reply.Json(context, 200, JiraFields.All.Select(Listed)));
        api.Map("GET", "/priority", (context, view) => Reply.Write(context, 200, json => Array(json, Priority.All, view.Priority)));
        api.Map("GET", "/status", (context, view) => Reply.Write(context, 200, json => Array(json, Status.All, view.Status)));
        api.Map("GET", "/issuetype", (context, view) => Reply.Write(context, 200, json => Array(json, IssueType.All, view.Type)));
        api.Map("GET", "/issue/createmeta/{project}/issuetypes", (context, view) =>
        {
            context.RequireAccount();
            api.Jira.Issues.Projects.Find(context.Route("project"));
            return Page(context, view, "issueTypes", IssueType.All, view.Type);
        });
        api.Map("GET", "/issue/createmeta/{project}/issuetypes/{type}", (context, view) =>
        {
            context.RequireAccount();
            api.Jira.Issues.Projects.Find(context.Route("project"));
            if (IssueType.Find(context.Route("type")) is null) throw new JiraProblem(404, "The issue type does not exist.");
            return Page(context, view, "fields", [.. OnCreateScreen.Select(id => JiraFields.Find(id)!)], (json, field) => view.OnScreen(json, field));
        });
    }

    static object Listed(JiraField field) => new
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

    static Dictionary<string, object> Schema(JiraField field)
    {
        var schema = new Dictionary<string, object> { ["type"] = field.Type };
        if (field.Items is not null) schema["items"] = field.Items;
        if (field.Custom is null) schema["system"] = field.Id;
        else (schema["custom"], schema["customId"]) = (field.Custom, int.Parse(field.Id["customfield_".Length..], null));
        return schema;
    }

    static void OnScreen(this ApiView view, Utf8JsonWriter json, JiraField field)
    {
        json.WriteStartObject();
        json.WriteBoolean("required", field.Id is "summary" or "issuetype" or "project");
        json.WritePropertyName("schema");
        JsonSerializer.Serialize(json, Schema(field), Reply.Options);
        json.WriteString("name", field.Name);
        json.WriteString("key", field.Id);
        json.WriteString("fieldId", field.Id);
        json.WriteBoolean("hasDefaultValue", field.Id == "priority");
        IssueExpansion.Strings(json, "operations", field.Type == "array" ? ["add", "set", "remove"] : ["set"]);
        if (field.Id is "priority" or "issuetype")
        {
            json.WritePropertyName("allowedValues");
            if (field.Id == "priority") Array(json, Priority.All, view.Priority);
            else Array(json, IssueType.All, view.Type);
        }

        json.WriteEndObject();
    }

    static Task Page<T>(HttpContext context, ApiView view, string name, ImmutableArray<T> all, Action<Utf8JsonWriter, T> write)
    {
        var (start, size) = (context.Number("startAt", 0), Math.Min(context.Number("maxResults", 50), 200));
        return Reply.Write(context, 200, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("maxResults", size);
            json.WriteNumber("startAt", start);
            json.WriteNumber("total", all.Length);
            if (!view.Cloud) json.WriteBoolean("isLast", start + size >= all.Length);
            json.WritePropertyName(view.Cloud ? name : "values");
            Array(json, all.Skip(start).Take(size), write);
            json.WriteEndObject();
        });
    }

    static void Array<T>(Utf8JsonWriter json, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray();
        foreach (var item in items) write(json, item);
        json.WriteEndArray();
    }
}
