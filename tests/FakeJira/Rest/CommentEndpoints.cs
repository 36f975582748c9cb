namespace Hub.FakeJira;

/// <summary>Comments of an issue: pages of them, and writing, editing and removing one.</summary>
static class CommentEndpoints
{
    const string Denied = "You do not have the permission to comment on this issue.";
    const string Empty = "Comment body can not be empty!";

    public static void Map(RestApi api)
    {
        var jira = api.Jira;
        api.Map("GET", "/issue/{key}/comment", (context, view) =>
        {
            var issue = context.Issue(jira);
            var (start, size) = (context.Number("startAt", 0), Math.Min(context.Number("maxResults", 50), 5000));
            var order = context.Request.Query["orderBy"].ToString();
            if (order.TrimStart('+', '-', ' ') is not ("" or "created")) throw new JiraProblem(400, $"'{order}' is not a valid order.");
            IEnumerable<Comment> comments = order.StartsWith('-') ? issue.Comments.Reverse() : issue.Comments;
            return Reply.Write(context, 200, json => view.Comments(json, issue, comments.Skip(start).Take(size), start, size));
        });
        api.Map("POST", "/issue/{key}/comment", async (context, view) =>
        {
            var issue = context.Writable(jira, "ADD_COMMENTS", Denied);
            var commented = jira.Issues.Comment(issue.Key, await Text(context, view), jira.Account);
            await Reply.Write(context, 201, json => view.Comment(json, commented, commented.Comments[^1]));
        });
        api.Map("GET", "/issue/{key}/comment/{id}", (context, view) =>
        {
            var issue = context.Issue(jira);
            var comment = Named(context, issue);
            return Reply.Write(context, 200, json => view.Comment(json, issue, comment));
        });
        api.Map("PUT", "/issue/{key}/comment/{id}", async (context, view) =>
        {
            var issue = context.Writable(jira, "ADD_COMMENTS", Denied);
            var edited = jira.Issues.EditComment(issue.Key, Named(context, issue).Id, await Text(context, view), jira.Account);
            await Reply.Write(context, 200, json => view.Comment(json, issue, edited));
        });
        api.Map("DELETE", "/issue/{key}/comment/{id}", (context, _) =>
        {
            var issue = context.Writable(jira, "ADD_COMMENTS", Denied);
            jira.Issues.RemoveComment(issue.Key, Named(context, issue).Id, jira.Account);
            return Reply.Nothing(context);
        });
    }

    static Comment Named(HttpContext context, Issue issue) =>
        issue.Comments.FirstOrDefault(c => $"{c.Id}" == context.Route("id"))
        ?? throw new JiraProblem(404, $"Can not find a comment for the id: {context.Route("id")}.");

    static async Task<string> Text(HttpContext context, ApiView view)
    {
        var body = (await context.Body()).Get("body") ?? throw JiraProblem.Field("comment", Empty);
        return FieldWriter.RichText("comment", body, view) is { Length: > 0 } text ? text : throw JiraProblem.Field("comment", Empty);
    }
}
