namespace Hub.FakeJira;

/// <summary>What the caller may see: the account all that is not hidden, the anonymous user only the public projects of that.</summary>
static class Sight
{
    public static bool Sees(this HttpContext context, FakeJiraServer jira, Project project) =>
        !jira.Issues.Hides(project) && (!context.IsAnonymous() || jira.Auth.PublicProjects.Contains(project.Key, StringComparer.OrdinalIgnoreCase));

    public static Issue? Seen(this HttpContext context, FakeJiraServer jira, string keyOrId) =>
        jira.Issues.Visible(keyOrId) is { } issue && context.Sees(jira, issue.Project) ? issue : null;

    public static Issue[] Seen(this HttpContext context, FakeJiraServer jira, Issue[] found) =>
        context.IsAnonymous() ? Array.FindAll(found, i => context.Sees(jira, i.Project)) : found;

    public static IReadOnlyList<Project> Projects(this HttpContext context, FakeJiraServer jira) =>
        [.. jira.Issues.Projects.Where(p => context.Sees(jira, p))];

    /// <summary>The issue that the route names; one that is hidden gets the same 404 as one that does not exist.</summary>
    public static Issue Issue(this HttpContext context, FakeJiraServer jira)
    {
        var issue = context.Seen(jira, context.Route("key")) ?? throw JiraProblem.NoIssue();
        context.Charge(1);
        return issue;
    }

    /// <summary>The issue that a write names, for an account that has the permission.</summary>
    public static Issue Writable(this HttpContext context, FakeJiraServer jira, string permission, string message)
    {
        var issue = context.Issue(jira);
        if (!context.May(jira, permission)) throw new JiraProblem(context.IsAnonymous() ? 401 : 403, message);
        return issue;
    }

    public static bool May(this HttpContext context, FakeJiraServer jira, string permission) =>
        !context.IsAnonymous() && !jira.Auth.Denied.Contains(permission);

    /// <summary>For what only administrators may.</summary>
    public static void RequireAdministrator(this HttpContext context, FakeJiraServer jira)
    {
        context.RequireAccount();
        if (!context.May(jira, "ADMINISTER")) throw new JiraProblem(403, "You do not have permission to perform this operation. Only administrators can.");
    }
}
