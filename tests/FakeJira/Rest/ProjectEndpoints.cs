using System.Text.Json;

namespace Hub.FakeJira;

/// <summary>Projects, one by one and (on Cloud) as a paged list.</summary>
static class ProjectEndpoints
{
    public static void Map(RestApi api)
    {
        if (api.Cloud) api.Map("GET", "/project/search", (context, view) => Page(context, view, api.Jira));
        api.Map("GET", "/project", (context, view) => Reply.Write(context, 200, json =>
        {
            json.WriteStartArray();
            foreach (var project in context.Projects(api.Jira)) view.Project(json, project);
            json.WriteEndArray();
        }));
        api.Map("GET", "/project/{key}", (context, view) =>
        {
            var project = context.Projects(api.Jira).Find(context.Route("key"));
            return Reply.Write(context, 200, json => view.Write(json, project, more => Details(more, view, api.Jira)));
        });
    }

    public static Project Find(this IEnumerable<Project> projects, string keyOrId) =>
        projects.FirstOrDefault(p => p.Key.Equals(keyOrId, StringComparison.OrdinalIgnoreCase) || keyOrId == $"{p.Id}")
        ?? throw new JiraProblem(404, $"No project could be found with key '{keyOrId}'.");

    static Task Page(HttpContext context, ApiView view, FakeJiraServer jira)
    {
        var start = context.Number("startAt", 0);
        var size = Math.Min(context.Number("maxResults", 50), 50);
        var text = context.Request.Query["query"].ToString();
        context.Charge(size);
        var all = context.Projects(jira).Where(p => $"{p.Key} {p.Name}".Contains(text, StringComparison.OrdinalIgnoreCase)).ToArray();
        return Reply.Write(context, 200, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("maxResults", size);
            json.WriteNumber("startAt", start);
            json.WriteNumber("total", all.Length);
            json.WriteBoolean("isLast", start + size >= all.Length);
            json.WriteStartArray("values");
            foreach (var project in all.Skip(start).Take(size)) view.Project(json, project);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    static void Details(Utf8JsonWriter json, ApiView view, FakeJiraServer jira)
    {
        json.WriteString("description", "");
        view.User(json, "lead", jira.Account);
        json.WriteStartArray("issueTypes");
        foreach (var type in IssueType.All) view.Type(json, type);
        json.WriteEndArray();
        json.WriteStartArray("versions");
        json.WriteEndArray();
        json.WriteString("assigneeType", "UNASSIGNED");
    }
}
