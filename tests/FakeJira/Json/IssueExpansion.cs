using System.Net;
using System.Text.Json;

namespace Hub.FakeJira;

/// <summary>The parts of an answer that <c>expand</c> asks for.</summary>
static class IssueExpansion
{
    public static void Issue(this ApiView view, Utf8JsonWriter json, Issue issue, FieldSelection fields, IReadOnlyList<string> expand) =>
        view.Issue(json, issue, fields, expand.Count == 0 ? null : more =>
        {
            if (expand.Contains("renderedFields")) Rendered(more, issue, fields);
            if (expand.Contains("changelog")) view.Changelog(more, issue);
        });

    public static void Names(Utf8JsonWriter json, FieldSelection fields)
    {
        json.WriteStartObject("names");
        foreach (var field in JiraFields.All.Where(fields.Has)) json.WriteString(field.Id, field.Name);
        json.WriteEndObject();
    }

    public static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    public static void Items(Utf8JsonWriter json, IEnumerable<ChangedField> items, bool withFieldId)
    {
        json.WriteStartArray("items");
        foreach (var item in items)
        {
            json.WriteStartObject();
            json.WriteString("field", item.Field);
            json.WriteString("fieldtype", "jira");
            if (withFieldId) json.WriteString("fieldId", item.Field.ToLowerInvariant());
            json.WriteString("from", item.From);
            json.WriteString("fromString", item.FromText);
            json.WriteString("to", item.To);
            json.WriteString("toString", item.ToText);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    static void Rendered(Utf8JsonWriter json, Issue issue, FieldSelection fields)
    {
        json.WriteStartObject("renderedFields");
        if (fields.Has(JiraFields.Find("description")!)) json.WriteString("description", Html(issue.Description));
        json.WriteEndObject();
    }

    static string Html(string? text) =>
        text is null ? "" : $"<p>{WebUtility.HtmlEncode(text).Replace("\n", "<br/>\n", StringComparison.Ordinal)}</p>";

    static void Changelog(this ApiView view, Utf8JsonWriter json, Issue issue)
    {
        var changes = view.Issues.History(issue.Id).Where(c => c.Kind == ChangeKind.Updated && c.Fields.Length > 0).Reverse().ToArray();
        json.WriteStartObject("changelog");
        json.WriteNumber("startAt", 0);
        json.WriteNumber("maxResults", changes.Length);
        json.WriteNumber("total", changes.Length);
        json.WriteStartArray("histories");
        foreach (var change in changes)
        {
            json.WriteStartObject();
            json.WriteString("id", $"{change.Id}");
            view.User(json, "author", change.Actor);
            json.WriteString("created", view.Time(change.At));
            Items(json, change.Fields, view.Cloud);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
