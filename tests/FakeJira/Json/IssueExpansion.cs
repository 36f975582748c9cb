using System.Net;
using System.Text.Json;

namespace Hub.FakeJira;

/// <summary>What a request asks for beyond the fields: parts by name, and entity properties by key.</summary>
sealed record Expansion(IReadOnlyList<string> Parts, IReadOnlyList<string> Properties)
{
    public static Expansion Of(IReadOnlyList<string>? parts, IReadOnlyList<string>? properties) => properties is { Count: > 5 }
        ? throw new JiraProblem(400, "The maximum number of properties is 5.")
        : new(parts ?? [], properties ?? []);

    public bool IsEmpty => Parts.Count == 0 && Properties.Count == 0;

    public bool Has(string part) => Parts.Contains(part);
}

/// <summary>The parts of an answer that <c>expand</c> asks for.</summary>
static class IssueExpansion
{
    /// <summary>An issue in a list: Cloud cuts its changelog more than that of an issue asked for alone.</summary>
    public static void Listed(this ApiView view, Utf8JsonWriter json, Issue issue, FieldSelection fields, Expansion expand) =>
        view.Issue(json, issue, fields, expand, 40);

    public static void Issue(this ApiView view, Utf8JsonWriter json, Issue issue, FieldSelection fields, Expansion expand, int mostHistories = 100) =>
        view.Issue(json, issue, fields, expand.IsEmpty ? null : more =>
        {
            if (expand.Has("renderedFields")) Rendered(more, issue, fields);
            if (expand.Has("changelog")) view.EmbeddedChangelog(more, issue, mostHistories);
            if (expand.Properties.Any(issue.Properties.ContainsKey)) Properties(more, issue, expand.Properties);
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

    static void Properties(Utf8JsonWriter json, Issue issue, IReadOnlyList<string> asked)
    {
        json.WriteStartObject("properties");
        foreach (var key in asked.Where(issue.Properties.ContainsKey))
        {
            json.WritePropertyName(key);
            issue.Properties[key].WriteTo(json);
        }

        json.WriteEndObject();
    }

    static void Rendered(Utf8JsonWriter json, Issue issue, FieldSelection fields)
    {
        json.WriteStartObject("renderedFields");
        if (fields.Has(JiraFields.Find("description")!)) json.WriteString("description", Html(issue.Description));
        json.WriteEndObject();
    }

    static string Html(string? text) =>
        text is null ? "" : $"<p>{WebUtility.HtmlEncode(text).Replace("\n", "<br/>\n", StringComparison.Ordinal)}</p>";
}
