namespace Hub.FakeJira.Demo;

/// <summary>Changes made by hand, without credentials; each answers with one line about what happened, webhooks included.</summary>
static class DemoEndpoints
{
    public static void Map(FakeJiraServer jira, IEndpointRouteBuilder app)
    {
        app.MapMethods("/", ["GET"], context => Reply.Text(context, 200, DemoPage.Text(jira)));
        Post(app, "/demo/webhook", async context =>
        {
            var body = context.Request.Body.Length > 0 ? await context.Body() : default;
            var url = Asked(context, "url") ?? body.Text("url") ?? throw new JiraProblem(400, "url is missing");
            jira.Webhooks.Register(url, Asked(context, "secret") ?? body.Text("secret"));
            await Reply.Text(context, 200, $"Every change is announced to {url} from now on.\n");
        });
        Post(app, "/demo/issues", async context =>
        {
            var body = context.Request.Body.Length > 0 ? await context.Body() : default;
            var project = jira.Issues.Projects.Find(Asked(context, "project") ?? body.Text("project") ?? jira.Issues.Projects[0].Key);
            var summary = Asked(context, "summary") ?? body.Text("summary");
            await Told(context, jira, jira.Issues.Add(project.Key, i => summary is null ? i : i with { Summary = summary }, User.Colleagues[0]));
        });
        Post(app, "/demo/issues/{key}/status", context =>
        {
            var to = Status.Find(Asked(context, "to") ?? "")
                ?? throw new JiraProblem(400, $"to must be one of: {string.Join(", ", Status.All.Select(s => s.Name))}");
            return Told(context, jira, jira.Issues.Update(context.Issue(jira).Key, i => i with { Status = to }));
        });
        Post(app, "/demo/issues/{key}/summary", context =>
        {
            var to = Asked(context, "to") ?? throw new JiraProblem(400, "to is missing");
            return Told(context, jira, jira.Issues.Update(context.Issue(jira).Key, i => i with { Summary = to }));
        });
        Post(app, "/demo/issues/{key}/comment", context =>
            Told(context, jira, jira.Issues.Comment(context.Issue(jira).Key, Asked(context, "text") ?? "A comment")));
        app.MapMethods("/demo/issues/{key}", ["DELETE"], async context =>
        {
            var issue = context.Issue(jira);
            jira.Issues.Delete(issue.Key);
            await Told(context, jira, issue, "deleted");
        });
        Post(app, "/demo/faults/throttle", context => Script(context, jira, Fault.Throttle(context.Number("seconds", 5)), "throttled"));
        Post(app, "/demo/faults/down", context => Script(context, jira, Fault.Status(503), "answered with 503"));
        app.MapMethods("/demo/faults", ["DELETE"], context =>
        {
            jira.Faults.Clear();
            return Reply.Text(context, 200, "Behaving again.\n");
        });
    }

    static void Post(IEndpointRouteBuilder app, string path, RequestDelegate handle) => app.MapMethods(path, ["POST"], handle);

    static string? Asked(HttpContext context, string name) => context.Request.Query.TryGetValue(name, out var value) ? value.ToString() : null;

    static Task Script(HttpContext context, FakeJiraServer jira, Fault fault, string what)
    {
        var times = context.Number("times", 1);
        jira.Faults.Next("/rest/", fault, times);
        return Reply.Text(context, 200, $"The next {times} requests are {what}.\n");
    }

    static async Task Told(HttpContext context, FakeJiraServer jira, Issue issue, string? what = null)
    {
        await jira.Webhooks.Idle();
        var webhook = jira.Webhooks.Answers switch
        {
            [] => "no webhook registered",
            [.., { Status: 0 } failed] => $"webhook failed: {failed.Body}",
            [.., var answer] => $"webhook answered {answer.Status}",
        };
        await Reply.Text(context, 200, $"{issue.Key} {what ?? $"({issue.Status.Name}) {issue.Summary}"}; {webhook}\n");
    }
}
