namespace Hub.FakeJira;

/// <summary>One issue: read, create, edit, delete. Nothing makes a create idempotent, as in Jira.</summary>
static class IssueEndpoints
{
    public static void Map(RestApi api)
    {
        var jira = api.Jira;
        api.Map("GET", "/issue/{key}", (context, view) => Read(context, view, jira));
        api.Map("POST", "/issue", (context, view) => Create(context, view, jira));
        api.Map("PUT", "/issue/{key}", (context, view) => Edit(context, view, jira));
        api.Map("DELETE", "/issue/{key}", (context, _) =>
        {
            var issue = context.Writable(jira, "DELETE_ISSUES", "You do not have permission to delete issues in this project.");
            jira.Issues.Delete(issue.Key, jira.Account);
            return Reply.Nothing(context);
        });
    }

    static Task Read(HttpContext context, ApiView view, FakeJiraServer jira)
    {
        var issue = context.Issue(jira);
        var fields = context.List("fields");
        var expand = Expansion.Of(context.List("expand"), context.List("properties"));
        var selection = fields.Length == 0 ? FieldSelection.Everything : new FieldSelection(fields);
        return Reply.Write(context, 200, json => view.Issue(json, issue, selection, expand));
    }

    static async Task Create(HttpContext context, ApiView view, FakeJiraServer jira)
    {
        context.RequireAccount();
        var body = await context.Body();
        var fields = body.Get("fields") ?? throw new JiraProblem(400, "one of 'fields' or 'update' required");
        var named = fields.Get("project") is { } given ? given.Text("key") ?? given.Text("id") : null;
        var project = context.Projects(jira).FirstOrDefault(p => p.Key.Equals(named, StringComparison.OrdinalIgnoreCase) || named == $"{p.Id}")
            ?? throw JiraProblem.Field("project", view.Cloud ? "Specify a valid project ID or key" : "project is required");
        if (!context.May(jira, "CREATE_ISSUES")) throw JiraProblem.Field("project", "You cannot create issues in this project.");
        var type = IssueType.Find(fields.Get("issuetype")?.Text("id") ?? fields.Get("issuetype")?.Text("name") ?? "")
            ?? throw JiraProblem.Field("issuetype", "Specify an issue type");
        var edit = FieldWriter.Read(body, view, jira, jira.Screens.Missing(type, fields));
        var properties = PropertyEndpoints.Read(body);
        var issue = jira.Issues.Add(project.Key, i => edit(i) with { Properties = properties }, jira.Account);
        await Reply.Json(context, 201, new { id = $"{issue.Id}", key = issue.Key, self = view.Self($"issue/{issue.Id}") });
    }

    static async Task Edit(HttpContext context, ApiView view, FakeJiraServer jira)
    {
        var issue = context.Writable(jira, "EDIT_ISSUES", "You do not have permission to edit issues in this project.");
        var edit = FieldWriter.Read(await context.Body(), view, jira);
        jira.Issues.Update(issue.Key, edit, jira.Account);
        await Reply.Nothing(context);
    }
}
