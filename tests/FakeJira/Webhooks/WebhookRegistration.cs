using System.Collections.Immutable;

namespace Hub.FakeJira;

/// <summary>
/// An address that wants to hear of events. Admin webhooks (<see cref="Expires"/> is null) stay until removed; those that an app registered
/// end unless refreshed. An empty query matches every issue.
/// </summary>
public sealed record WebhookRegistration(long Id, string Url)
{
    public string Name { get; init; } = "";
    public string? Secret { get; init; }
    public ImmutableArray<string> Events { get; init; } = [];
    public string Jql { get; init; } = "";
    public bool Enabled { get; init; } = true;
    public bool ExcludeBody { get; init; }
    public DateTimeOffset Updated { get; init; }
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Apps only: tell of an update only if one of these fields changed; empty is any.</summary>
    public ImmutableArray<string> Fields { get; init; } = [];

    /// <summary>Apps only: tell of these entity properties; empty is any.</summary>
    public ImmutableArray<string> PropertyKeys { get; init; } = [];

    public bool IsDynamic => Expires is not null;
}

/// <summary>The names of events.</summary>
public static class WebhookEvents
{
    public static readonly ImmutableArray<string> OfIssues =
    [
        "jira:issue_created", "jira:issue_updated", "jira:issue_deleted", "comment_created", "comment_updated", "comment_deleted",
        "worklog_created", "worklog_updated", "worklog_deleted", "issuelink_created", "issuelink_deleted", "issue_property_set", "issue_property_deleted",
    ];

    /// <summary>What an app may ask for.</summary>
    internal static readonly ImmutableArray<string> OfApps =
        [.. OfIssues.Where(e => !e.StartsWith("worklog", StringComparison.Ordinal) && !e.StartsWith("issuelink", StringComparison.Ordinal))];

    internal static readonly ImmutableArray<string> Known =
    [
        .. OfIssues, "attachment_created", "attachment_deleted", "project_created", "project_updated", "project_deleted", "sprint_created",
        "sprint_updated", "sprint_started", "sprint_closed", "sprint_deleted", "user_created", "user_updated", "user_deleted",
        "jira:version_created", "jira:version_updated", "jira:version_released", "jira:version_unreleased", "jira:version_moved", "jira:version_merged",
        "jira:version_deleted", "board_created", "board_deleted",
    ];

    internal static string? Of(ChangeKind kind) => kind switch
    {
        ChangeKind.Created => "jira:issue_created",
        ChangeKind.Updated => "jira:issue_updated",
        ChangeKind.Deleted => "jira:issue_deleted",
        ChangeKind.Commented => "comment_created",
        ChangeKind.CommentEdited => "comment_updated",
        ChangeKind.CommentRemoved => "comment_deleted",
        ChangeKind.Worklogged => "worklog_created",
        ChangeKind.WorklogEdited => "worklog_updated",
        ChangeKind.WorklogRemoved => "worklog_deleted",
        ChangeKind.Linked => "issuelink_created",
        ChangeKind.Unlinked => "issuelink_deleted",
        ChangeKind.PropertySet => "issue_property_set",
        ChangeKind.PropertyRemoved => "issue_property_deleted",
        _ => null,
    };
}
