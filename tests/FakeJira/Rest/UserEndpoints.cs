namespace Hub.FakeJira;

/// <summary>Finding people. Cloud searches by <c>query</c> in names and addresses, hidden ones too; Data Center by <c>username</c>.</summary>
static class UserEndpoints
{
    public static void Map(RestApi api)
    {
        var jira = api.Jira;
        api.Map("GET", "/user/assignable/search", (context, view) =>
        {
            context.RequireAccount();
            if (context.Request.Query["project"].ToString() is not { Length: > 0 } project)
                throw new JiraProblem(400, "Either 'project' or 'issueKey' must be specified.");
            jira.Issues.Projects.Find(project);
            var text = context.Request.Query[view.Cloud ? "query" : "username"].ToString();
            var found = People(jira).Where(user => user.Active && Matches(user, text)).Take(Math.Min(context.Number("maxResults", 50), 1000));
            return Reply.Write(context, 200, json =>
            {
                json.WriteStartArray();
                foreach (var user in found) view.User(json, user);
                json.WriteEndArray();
            });
        });
        api.Map("GET", "/user", (context, view) =>
        {
            context.RequireAccount();
            var id = context.Request.Query[view.Cloud ? "accountId" : "username"].ToString();
            var user = People(jira).FirstOrDefault(one => (view.Cloud ? one.AccountId : one.Name) == id)
                ?? throw new JiraProblem(404, view.Cloud ? $"Specified user does not exist or you do not have required permissions" : $"The user named '{id}' does not exist");
            return Reply.Write(context, 200, json => view.User(json, user));
        });
    }

    static IEnumerable<User> People(FakeJiraServer jira) => [.. User.Colleagues, .. jira.Guests, jira.Account];

    static bool Matches(User user, string text) =>
        new[] { user.Name, user.DisplayName, user.Email, user.AccountId }.Any(part => part?.Contains(text, StringComparison.OrdinalIgnoreCase) == true);
}
