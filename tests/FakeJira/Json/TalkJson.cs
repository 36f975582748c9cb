using System.Text.Json;

namespace Hub.FakeJira;

/// <summary>Comments, worklogs and links: embedded in an issue, cut as Jira cuts them, and page by page.</summary>
static class TalkJson
{
    const int Embedded = 20;

    public static void EmbeddedComments(this ApiView view, Utf8JsonWriter json, Issue issue)
    {
        var most = view.Cloud ? Embedded : issue.Comments.Length;
        view.Comments(json, issue, issue.Comments.Take(most), 0, most);
    }

    public static void EmbeddedWorklogs(this ApiView view, Utf8JsonWriter json, Issue issue) =>
        view.Worklogs(json, issue, issue.Worklogs.Take(Embedded), 0, Embedded, issue.Worklogs.Length);

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

    public static void Worklogs(
        this ApiView view, Utf8JsonWriter json, Issue issue, IEnumerable<Worklog> page, int startAt, int maxResults, int total)
    {
        json.WriteStartObject();
        json.WriteNumber("startAt", startAt);
        json.WriteNumber("maxResults", maxResults);
        json.WriteNumber("total", total);
        json.WriteStartArray("worklogs");
        foreach (var worklog in page) view.Worklog(json, issue, worklog);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Comment(this ApiView view, Utf8JsonWriter json, Issue issue, Comment comment)
    {
        json.WriteStartObject();
        json.WriteString("self", view.Self($"issue/{issue.Id}/comment/{comment.Id}"));
        json.WriteString("id", $"{comment.Id}");
        view.User(json, "author", comment.Author);
        view.Text(json, "body", comment.Body);
        view.User(json, "updateAuthor", comment.Editor);
        json.WriteString("created", view.Time(comment.Created));
        json.WriteString("updated", view.Time(comment.Updated));
        if (view.Cloud) json.WriteBoolean("jsdPublic", true);
        json.WriteEndObject();
    }

    public static void Worklog(this ApiView view, Utf8JsonWriter json, Issue issue, Worklog worklog)
    {
        json.WriteStartObject();
        json.WriteString("self", view.Self($"issue/{issue.Id}/worklog/{worklog.Id}"));
        view.User(json, "author", worklog.Author);
        view.User(json, "updateAuthor", worklog.Author);
        if (worklog.Text is not null) view.Text(json, "comment", worklog.Text);
        json.WriteString("created", view.Time(worklog.Created));
        json.WriteString("updated", view.Time(worklog.Updated));
        json.WriteString("started", view.Time(worklog.Started));
        json.WriteString("timeSpent", Spent(worklog.Seconds));
        json.WriteNumber("timeSpentSeconds", worklog.Seconds);
        json.WriteString("id", $"{worklog.Id}");
        json.WriteString("issueId", $"{issue.Id}");
        json.WriteEndObject();
    }

    /// <summary>The links of an issue; those to issues that the account cannot see are left out.</summary>
    public static void Links(this ApiView view, Utf8JsonWriter json, Issue issue)
    {
        json.WriteStartArray();
        foreach (var link in issue.Links)
        {
            if (view.Issues.Visible($"{link.Beyond(issue.Id)}") is not { } other) continue;
            json.WriteStartObject();
            view.Head(json, link);
            view.Brief(json, issue.Id == link.Source ? "outwardIssue" : "inwardIssue", other);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void Head(this ApiView view, Utf8JsonWriter json, IssueLink link)
    {
        json.WriteString("id", $"{link.Id}");
        json.WriteString("self", view.Self($"issueLink/{link.Id}"));
        json.WritePropertyName("type");
        view.LinkType(json, link.Type);
    }

    public static void LinkType(this ApiView view, Utf8JsonWriter json, LinkType type)
    {
        json.WriteStartObject();
        json.WriteString("id", type.Id);
        json.WriteString("name", type.Name);
        json.WriteString("inward", type.Inward);
        json.WriteString("outward", type.Outward);
        json.WriteString("self", view.Self($"issueLinkType/{type.Id}"));
        json.WriteEndObject();
    }

    // A working day has eight hours, a week five days, unless an administrator says otherwise.
    static string Spent(int seconds)
    {
        var minutes = Math.Max(1, seconds / 60);
        string[] parts = [Part(minutes / 2400, 'w'), Part(minutes % 2400 / 480, 'd'), Part(minutes % 480 / 60, 'h'), Part(minutes % 60, 'm')];
        return string.Join(' ', parts.Where(p => p.Length > 0));
    }

    static string Part(int count, char unit) => count == 0 ? "" : $"{count}{unit}";
}
