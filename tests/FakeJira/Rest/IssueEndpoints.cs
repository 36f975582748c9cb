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
            jira.Issues.Delete(context.Issue(jira).Key, jira.Account);
            return Reply.Nothing(context);
        });
    }

    /// <summary>The issue that the route names; the anonymous user gets the same 404 as for one that does not exist.</summary>
    public static Issue Issue(this HttpContext context, FakeJiraServer jira) =>
        (context.IsAnonymous() ? null : jira.Issues.Find(context.Route("key"))) ?? throw JiraProblem.NoIssue();

    static Task Read(HttpContext context, ApiView view, FakeJiraServer jira)
    {
        var issue = context.Issue(jira);
        var fields = context.Request.Query["fields"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var expand = context.Request.Query["expand"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var selection = fields.Length == 0 ? FieldSelection.Everything : new FieldSelection(fields);
        return Reply.Write(context, 200, json => view.Issue(json, issue, selection, expand));
    }

    static async Task Create(HttpContext context, ApiView view, FakeJiraServer jira)
    {
        context.RequireAccount();
        var body = await context.Body();
        var fields = body.Get("fields") ?? throw new JiraProblem(400, "one of 'fields' or 'update' required");
        var project = fields.Get("project") is { } named ? named.Text("key") ?? named.Text("id") : null;
        if (project is null || !jira.Issues.Projects.Any(p => p.Key.Equals(project, StringComparison.OrdinalIgnoreCase) || project == $"{p.Id}"))
            throw JiraProblem.Field("project", view.Cloud ? "Specify a valid project ID or key" : "project is required");
        if (fields.Get("issuetype") is null) throw JiraProblem.Field("issuetype", "Specify an issue type");
        if (string.IsNullOrWhiteSpace(fields.Text("summary"))) throw JiraProblem.Field("summary", "You must specify a summary of the issue.");
        var edit = FieldWriter.Read(body, view, jira);
        var issue = jira.Issues.Add(jira.Issues.Projects.Find(project).Key, edit, jira.Account);
        await Reply.Json(context, 201, new { id = $"{issue.Id}", key = issue.Key, self = view.Self($"issue/{issue.Id}") });

    }

    static async Task Edit(HttpContext context, ApiView view, FakeJiraServer jira)
    {
        var issue = context.Issue(jira);
        var edit = FieldWriter.Read(await context.Body(), view, jira);
        jira.Issues.Update(issue.Key, edit, jira.Account);
        await Reply.Nothing(context);
    }
}
