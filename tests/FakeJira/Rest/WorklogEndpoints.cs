using System.Text.Json;

namespace Hub.FakeJira;

/// <summary>Work logged on an issue: pages of it, and logging, changing and removing.</summary>
static class WorklogEndpoints
{
    const string Denied = "You do not have the permission to associate a worklog to this issue.";

    public static void Map(RestApi api)
    {
        var jira = api.Jira;
        api.Map("GET", "/issue/{key}/worklog", (context, view) =>
        {
            var issue = context.Issue(jira);
            var (start, size) = (context.Number("startAt", 0), Math.Min(context.Number("maxResults", 5000), 5000));
            var after = long.TryParse(context.Request.Query["startedAfter"], out var ms)
                ? DateTimeOffset.FromUnixTimeMilliseconds(ms)
                : DateTimeOffset.MinValue;
            var all = issue.Worklogs.Where(w => w.Started >= after).OrderBy(w => w.Created).ToArray();
            return Reply.Write(context, 200, json => view.Worklogs(json, issue, all.Skip(start).Take(size), start, size, all.Length));
        });
        api.Map("POST", "/issue/{key}/worklog", async (context, view) =>
        {
            var issue = context.Writable(jira, "WORK_ON_ISSUES", Denied);
            var body = await context.Body();
            var seconds = body.Number("timeSpentSeconds") is > 0 and var given
                ? given
                : throw JiraProblem.Field("timeLogged", "You must indicate the time spent working.");
            var logged = jira.Issues.LogWork(issue.Key, seconds, Text(body, view), Started(body), jira.Account);
            await Reply.Write(context, 201, json => view.Worklog(json, issue, logged));
        });
        api.Map("PUT", "/issue/{key}/worklog/{id}", async (context, view) =>
        {
            var issue = context.Writable(jira, "WORK_ON_ISSUES", Denied);
            var body = await context.Body();
            var (seconds, text, started) = (body.Number("timeSpentSeconds"), Text(body, view), Started(body));
            var edited = jira.Issues.EditWorklog(issue.Key, Named(context, issue).Id,
                w => w with { Seconds = seconds ?? w.Seconds, Text = text ?? w.Text, Started = started ?? w.Started }, jira.Account);
            await Reply.Write(context, 200, json => view.Worklog(json, issue, edited));
        });
        api.Map("DELETE", "/issue/{key}/worklog/{id}", (context, _) =>
        {
            var issue = context.Writable(jira, "WORK_ON_ISSUES", Denied);
            jira.Issues.RemoveWorklog(issue.Key, Named(context, issue).Id, jira.Account);
            return Reply.Nothing(context);
        });
    }

    static Worklog Named(HttpContext context, Issue issue) =>
        issue.Worklogs.FirstOrDefault(w => $"{w.Id}" == context.Route("id"))
        ?? throw new JiraProblem(404, $"Cannot find worklog with id: '{context.Route("id")}'.");

    static string? Text(JsonElement body, ApiView view) => body.Get("comment") is { } comment ? FieldWriter.RichText("comment", comment, view) : null;

    static DateTimeOffset? Started(JsonElement body)
    {
        if (body.Text("started") is not { } text) return null;
        return JiraTime.TryRead(text, out var time) ? time : throw JiraProblem.Field("started", $"Can not deserialize value '{text}' as a date.");
    }
}
