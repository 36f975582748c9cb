using System.Text.Json;

namespace Hub.FakeJira;

/// <summary>An issue in the shape of the REST API.</summary>
static class IssueJson
{
    public static void Issue(this ApiView view, Utf8JsonWriter json, Issue issue, FieldSelection fields, Action<Utf8JsonWriter>? more = null)
    {
        json.WriteStartObject();
        if (fields.ShowsKey) json.WriteString("expand", "operations,versionedRepresentations,editmeta,changelog,renderedFields");
        json.WriteString("id", $"{issue.Id}");
        if (fields.ShowsKey)
        {
            json.WriteString("self", view.Self($"issue/{issue.Id}"));
            json.WriteString("key", issue.Key);
        }

        if (fields.ShowsFields)
        {
            json.WriteStartObject("fields");
            foreach (var field in JiraFields.All)
            {
                if (fields.Has(field)) view.Field(json, field, issue);
            }

            foreach (var (id, value) in issue.Custom)
            {
                if (JiraFields.Find(id)?.Id == id || !fields.Has(new JiraField(id, id, "any"))) continue;
                json.WritePropertyName(id);
                value.WriteTo(json);
            }

            json.WriteEndObject();
        }

        more?.Invoke(json);
        json.WriteEndObject();
    }

    static void Field(this ApiView view, Utf8JsonWriter json, JiraField field, Issue issue)
    {
        if (field.Id == "parent")
        {
            if (issue.ParentKey is not null && view.Issues.Visible(issue.ParentKey) is { } parent) view.Brief(json, "parent", parent);
            return;
        }

        json.WritePropertyName(field.Id);
        switch (field.Id)
        {
            case "summary": json.WriteStringValue(issue.Summary); break;
            case "issuetype": view.Type(json, issue.Type); break;
            case "project": view.Project(json, issue.Project); break;
            case "status": view.Status(json, issue.Status); break;
            case "priority": view.Priority(json, issue.Priority); break;
            case "resolution": view.Resolution(json, issue.Resolution); break;
            case "resolutiondate": Time(json, view, issue.Resolved); break;
            case "assignee": view.User(json, issue.Assignee); break;
            case "reporter" or "creator": view.User(json, issue.Reporter); break;
            case "labels": Labels(json, issue); break;
            case "components": view.Components(json, issue); break;
            case "created": Time(json, view, issue.Created); break;
            case "updated": Time(json, view, issue.Updated); break;
            case "duedate" when issue.DueDate is { } day: json.WriteStringValue(JiraTime.Day(day)); break;
            case "description": view.Text(json, issue.Description); break;
            case "comment": view.EmbeddedComments(json, issue); break;
            case "worklog": view.EmbeddedWorklogs(json, issue); break;
            case "issuelinks": view.Links(json, issue); break;
            case "timespent" when issue.Worklogs.Length > 0: json.WriteNumberValue(issue.Worklogs.Sum(w => w.Seconds)); break;
            case var id when issue.Custom.TryGetValue(id, out var value): view.Custom(json, field, value); break;
            default: json.WriteNullValue(); break;
        }
    }

    /// <summary>Another issue in short, as parents and links show it.</summary>
    public static void Brief(this ApiView view, Utf8JsonWriter json, string name, Issue other)
    {
        json.WriteStartObject(name);
        json.WriteString("id", $"{other.Id}");
        json.WriteString("key", other.Key);
        json.WriteString("self", view.Self($"issue/{other.Id}"));
        json.WriteStartObject("fields");
        json.WriteString("summary", other.Summary);
        json.WritePropertyName("status");
        view.Status(json, other.Status);
        json.WritePropertyName("priority");
        view.Priority(json, other.Priority);
        json.WritePropertyName("issuetype");
        view.Type(json, other.Type);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void Components(this ApiView view, Utf8JsonWriter json, Issue issue)
    {
        json.WriteStartArray();
        foreach (var name in issue.Components) view.Component(json, name);
        json.WriteEndArray();
    }

    public static void Component(this ApiView view, Utf8JsonWriter json, string name)
    {
        var id = 10_000 + Project.Components.IndexOf(name);
        json.WriteStartObject();
        json.WriteString("self", view.Self($"component/{id}"));
        json.WriteString("id", $"{id}");
        json.WriteString("name", name);
        json.WriteEndObject();
    }

    static void Labels(Utf8JsonWriter json, Issue issue)
    {
        json.WriteStartArray();
        foreach (var label in issue.Labels) json.WriteStringValue(label);
        json.WriteEndArray();
    }

    static void Time(Utf8JsonWriter json, ApiView view, DateTimeOffset? time)
    {
        if (time is null) json.WriteNullValue();
        else json.WriteStringValue(view.Time(time.Value));
    }
}
