namespace Hub.FakeJira;

/// <summary>Comments of an issue: a page of them, and a new one.</summary>
static class CommentEndpoints
{
    public static void Map(RestApi api)
    {
        var jira = api.Jira;
        api.Map("GET", "/issue/{key}/comment", (context, view) =>
        {
            var issue = context.Issue(jira);
            var (start, size) = (context.Number("startAt", 0), Math.Min(context.Number("maxResults", 50), 5000));
            IEnumerable<Comment> comments = context.Request.Query["orderBy"] == "-created" ? issue.Comments.Reverse() : issue.Comments;
            return Reply.Write(context, 200, json => view.Comments(json, issue, comments.Skip(start).Take(size), start, size));
        });
        api.Map("POST", "/issue/{key}/comment", async (context, view) =>
        {
            var issue = context.Issue(jira);
            var body = (await context.Body()).Get("body") ?? throw JiraProblem.Field("comment", "Comment body can not be empty!");
            var text = FieldWriter.RichText("comment", body, view);
            if (text.Length == 0) throw JiraProblem.Field("comment", "Comment body can not be empty!");
            var commented = jira.Issues.Comment(issue.Key, text, jira.Account);
            await Reply.Write(context, 201, json => view.Comment(json, commented, commented.Comments[^1]));
        });
    }
}
