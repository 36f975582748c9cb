using System.Text.Json;

namespace Hub.FakeJira;

/// <summary>Projects, statuses, types and priorities as they stand inside an issue.</summary>
static class VocabularyJson
{
    public static void Status(this ApiView view, Utf8JsonWriter json, Status status) =>
        view.Shared(json, view.Issues.Present(status), once => view.Write(once, view.Issues.Present(status)));

    public static void Type(this ApiView view, Utf8JsonWriter json, IssueType type) =>
        view.Shared(json, type, once => view.Write(once, type));

    public static void Priority(this ApiView view, Utf8JsonWriter json, Priority priority) =>
        view.Shared(json, priority, once => view.Write(once, priority));

    public static void Project(this ApiView view, Utf8JsonWriter json, Project project) =>
        view.Shared(json, project, once => view.Write(once, project));

    static void Write(this ApiView view, Utf8JsonWriter json, Status status)
    {
        json.WriteStartObject();
        json.WriteString("self", view.Self($"status/{status.Id}"));
        json.WriteString("description", "");
        json.WriteString("iconUrl", view.Self("status.png"));
        json.WriteString("name", status.Name);
        json.WriteString("id", status.Id);
        json.WriteStartObject("statusCategory");
        json.WriteString("self", view.Self($"statuscategory/{status.Category.Id}"));
        json.WriteNumber("id", status.Category.Id);
        json.WriteString("key", status.Category.Key);
        json.WriteString("colorName", status.Category.Color);
        json.WriteString("name", status.Category.Name);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void Write(this ApiView view, Utf8JsonWriter json, IssueType type)
    {
        json.WriteStartObject();
        json.WriteString("self", view.Self($"issuetype/{type.Id}"));
        json.WriteString("id", type.Id);
        json.WriteString("description", type.Description);
        json.WriteString("name", type.Name);
        json.WriteBoolean("subtask", type.IsSubTask);
        if (view.Cloud) json.WriteNumber("hierarchyLevel", type == IssueType.Epic ? 1 : type.IsSubTask ? -1 : 0);
        json.WriteEndObject();
    }

    static void Write(this ApiView view, Utf8JsonWriter json, Priority priority)
    {
        json.WriteStartObject();
        json.WriteString("self", view.Self($"priority/{priority.Id}"));
        json.WriteString("name", priority.Name);
        json.WriteString("id", priority.Id);
        json.WriteEndObject();
    }

    public static void Write(this ApiView view, Utf8JsonWriter json, Project project, Action<Utf8JsonWriter>? more = null)
    {
        json.WriteStartObject();
        json.WriteString("self", view.Self($"project/{project.Id}"));
        json.WriteString("id", $"{project.Id}");
        json.WriteString("key", project.Key);
        json.WriteString("name", project.Name);
        json.WriteString("projectTypeKey", "software");
        if (view.Cloud) json.WriteBoolean("simplified", false);
        more?.Invoke(json);
        json.WriteEndObject();
    }

    public static void Resolution(this ApiView view, Utf8JsonWriter json, Resolution? resolution)
    {
        if (resolution is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("self", view.Self($"resolution/{resolution.Id}"));
        json.WriteString("id", resolution.Id);
        json.WriteString("description", resolution.Description);
        json.WriteString("name", resolution.Name);
        json.WriteEndObject();
    }
}
