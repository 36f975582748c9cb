using Hub.Fakes;

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
        Post(app, "/demo/issues/{key}/worklog", context =>
        {
            var key = context.Issue(jira).Key;
            jira.Issues.LogWork(key, context.Number("seconds", 3600), Asked(context, "text"));
            return Told(context, jira, jira.Issues[key], "got a worklog");
        });
        Post(app, "/demo/issues/{key}/link", context =>
        {
            var (from, to) = (context.Issue(jira), Named(jira, Asked(context, "to")));
            jira.Issues.Link(from.Key, to.Key, LinkType.Blocks);
            return Told(context, jira, from, $"blocks {to.Key}");
        });
        Post(app, "/demo/issues/{key}/move", context =>
        {
            var from = context.Issue(jira);
            var project = jira.Issues.Projects.Find(Asked(context, "to") ?? "");
            return Told(context, jira, from, $"is {jira.Issues.Move(from.Key, project.Key).Key} now");
        });
        Post(app, "/demo/issues/{key}/hide", context =>
        {
            var issue = context.Issue(jira);
            jira.Issues.Hide(issue.Key);
            return Reply.Text(context, 200, $"{issue.Key} is there, but the account no longer sees it.\n");
        });
        Post(app, "/demo/issues/{key}/show", context =>
        {
            var issue = Named(jira, context.Route("key"));
            jira.Issues.Show(issue.Key);
            return Reply.Text(context, 200, $"{issue.Key} can be seen.\n");
        });
        app.MapMethods("/demo/issues/{key}", ["DELETE"], async context =>
        {
            var issue = context.Issue(jira);
            jira.Issues.Delete(issue.Key);
            await Told(context, jira, issue, "deleted");
        });
        Post(app, "/demo/faults/throttle", context => Script(context, jira, Fault.Throttle(context.Number("seconds", 5)), "throttled"));
        Post(app, "/demo/faults/down", context => Script(context, jira, Fault.Status(503), "answered with 503"));
        Post(app, "/demo/faults/anonymous", context =>
        {
            jira.Auth.Mode = AuthMode.Anonymous;
            return Reply.Text(context, 200, "Every credential is taken for none: search finds nothing, without an error.\n");
        });
        Post(app, "/demo/faults/lose-webhooks", context =>
        {
            jira.Webhooks.Loses = _ => true;
            return Reply.Text(context, 200, "No webhook arrives from now on.\n");
        });
        app.MapMethods("/demo/faults", ["DELETE"], context =>
        {
            jira.Faults.Clear();
            jira.Auth.Mode = AuthMode.Normal;
            jira.Webhooks.Loses = null;
            return Reply.Text(context, 200, "Behaving again.\n");
        });
    }

    static void Post(IEndpointRouteBuilder app, string path, RequestDelegate handle) => app.MapMethods(path, ["POST"], handle);

    static Issue Named(FakeJiraServer jira, string? key) => jira.Issues.Find(key ?? "") ?? throw new JiraProblem(404, $"There is no issue '{key}'.");

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
