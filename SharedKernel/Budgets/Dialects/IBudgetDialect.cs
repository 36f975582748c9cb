using Hub.SharedKernel.Outbound;

namespace Hub.SharedKernel.Budgets.Dialects;

/// <summary>How a provider speaks of its limits. Pure: what is said depends on the request, the answer and the time only.</summary>
internal interface IBudgetDialect
{
    /// <summary>The limits that a call draws on, beside those of the whole credential.</summary>
    IReadOnlyList<Draw> Draws(OutboundRequest request);

    IReadOnlyList<LimitReading> Read(OutboundRequest request, OutboundResponse response, DateTimeOffset now);

    /// <summary>The provider did not count the call.</summary>
    bool IsFree(OutboundResponse response) => false;
}

internal static class BudgetDialects
{
    private static readonly IBudgetDialect Jira = new JiraDialect();
    private static readonly IBudgetDialect Github = new GithubDialect();
    private static readonly IBudgetDialect Others = new GenericDialect();

    /// <param name="type">An integration type, such as <c>github_repos</c>.</param>
    public static IBudgetDialect Of(string type) =>
        type is "jira" ? Jira : type.StartsWith("github", StringComparison.Ordinal) ? Github : Others;
}
