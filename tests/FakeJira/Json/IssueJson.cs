using System.Text.Json;

namespace Hub.FakeJira;

/// <summary>An issue in the shape of the REST API.</summary>
static class IssueJson
{
    const int EmbeddedComments = 20;

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
                if (JiraFields.Find(id) is not null || !fields.Has(new JiraField(id, id, "any"))) continue;
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
            if (issue.ParentKey is not null && view.Issues.Find(issue.ParentKey) is { } parent) view.Parent(json, parent);
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
            case "resolution": view.Resolution(json, issue); break;
            case "resolutiondate": Time(json, view, issue.Resolved); break;
            case "assignee": view.User(json, issue.Assignee); break;
            case "reporter" or "creator": view.User(json, issue.Reporter); break;
            case "labels": Labels(json, issue); break;
            case "components": view.Components(json, issue); break;
            case "created": Time(json, view, issue.Created); break;
            case "updated": Time(json, view, issue.Updated); break;
            case "duedate" when issue.DueDate is { } day: json.WriteStringValue(JiraTime.Day(day)); break;
            case "description": view.Text(json, issue.Description); break;
            case "comment": view.Comments(json, issue, issue.Comments.Take(EmbeddedComments), 0, EmbeddedComments); break;
            case var id when issue.Custom.TryGetValue(id, out var value): value.WriteTo(json); break;
            default: json.WriteNullValue(); break;
        }
    }

    public static void Comments(this ApiView view, Utf8JsonWriter json, Issue issue, IEnumerable<Comment> page, int startAt, int maxResults)
    {
        json.WriteStartObject();
        json.WriteStartArray("comments");
        foreach (var comment in page) view.Comment(json, issue, comment);
        json.WriteEndArray();
        json.WriteString("self", view.Self($"issue/{issue.Id}/comment"));
        json.WriteNumber("maxResults", maxResults);
        json.WriteNumber("total", issue.Comments.Length);
        json.WriteNumber("startAt", startAt);
        json.WriteEndObject();
    }

    static void Parent(this ApiView view, Utf8JsonWriter json, Issue parent)
    {
        json.WriteStartObject("parent");
        json.WriteString("id", $"{parent.Id}");
        json.WriteString("key", parent.Key);
        json.WriteString("self", view.Self($"issue/{parent.Id}"));
        json.WriteStartObject("fields");
        json.WriteString("summary", parent.Summary);
        json.WritePropertyName("status");
        view.Status(json, parent.Status);
        json.WritePropertyName("priority");
        view.Priority(json, parent.Priority);
        json.WritePropertyName("issuetype");
        view.Type(json, parent.Type);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void Resolution(this ApiView view, Utf8JsonWriter json, Issue issue)
    {
        if (issue.Resolved is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("self", view.Self("resolution/10000"));
        json.WriteString("id", "10000");
        json.WriteString("description", "Work has been completed on this issue.");
        json.WriteString("name", "Done");
        json.WriteEndObject();
    }

    static void Components(this ApiView view, Utf8JsonWriter json, Issue issue)
    {
        json.WriteStartArray();
        foreach (var name in issue.Components)
        {
            var id = 10_000 + Project.Components.IndexOf(name);
            json.WriteStartObject();
            json.WriteString("self", view.Self($"component/{id}"));
            json.WriteString("id", $"{id}");
            json.WriteString("name", name);
            json.WriteEndObject();
        }

        json.WriteEndArray();
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
