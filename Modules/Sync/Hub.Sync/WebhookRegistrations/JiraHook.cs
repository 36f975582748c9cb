using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Integrations.Contracts;
using Hub.Sync.Github.Api;
using Hub.Sync.Jira;
using Hub.Sync.Providers;

namespace Hub.Sync.WebhookRegistrations;

/// <summary>A webhook of Jira's administration or of an app, as far as the hub cares.</summary>
/// <param name="Id">Unique within the site.</param>
/// <param name="Name">What administrators see.</param>
/// <param name="Url">Where it delivers to.</param>
/// <param name="Enabled">Whether it does.</param>
/// <param name="Jql">Which issues it tells of; empty for all.</param>
/// <param name="Events">What it tells of.</param>
/// <param name="Bodiless">It leaves out what happened.</param>
/// <param name="Signed">Whether it has a secret; null where Jira does not say.</param>
/// <param name="ExpiresAt">When it ends; only an app's does.</param>
internal sealed record JiraHook(
    string Id, string? Name, string? Url, bool Enabled, string Jql, IReadOnlyList<string> Events, bool Bodiless, bool? Signed, DateTimeOffset? ExpiresAt)
{
    /// <summary>What Jira's administrators can have told.</summary>
    public static readonly IReadOnlyList<string> AllEvents =
    [
        "jira:issue_created", "jira:issue_updated", "jira:issue_deleted", "comment_created", "comment_updated", "comment_deleted", "worklog_created",
        "worklog_updated", "worklog_deleted", "attachment_created", "attachment_deleted", "issuelink_created", "issuelink_deleted",
        "jira:version_updated", "jira:version_released", "jira:version_unreleased", "jira:version_merged", "jira:version_deleted", "project_updated",
        "project_deleted",
    ];

    /// <summary>What apps can have told.</summary>
    public static readonly IReadOnlyList<string> AppEvents =
        ["jira:issue_created", "jira:issue_updated", "jira:issue_deleted", "comment_created", "comment_updated", "comment_deleted"];

    /// <summary>The projects of the integration; its other restrictions are checked when an event is applied.</summary>
    public static string JqlOf(Connection connection) =>
        connection.ProjectKeys() is { Count: > 0 } keys ? $"project in ({string.Join(", ", keys.Select(Jira.Jql.Quote))})" : "";

    /// <summary>In the shape of Cloud, and of Data Center before 10.</summary>
    public static JiraHook? ReadCloud(JsonElement hook) => hook.Text("self")?.Split('/')[^1] is not { Length: > 0 } id ? null : new JiraHook(
        id, hook.Text("name"), hook.Text("url"), hook.Flag("enabled"), hook.Text("filters", "issue-related-events-section") ?? "", EventsOf(hook),
        hook.Flag("excludeBody"), hook.At("isSigned").ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null }, null);

    /// <summary>In the shape of Data Center from 10 on, which keeps the filters as JSON in a text.</summary>
    public static JiraHook? ReadServer(JsonElement hook) => hook.Text("id") is not { } id ? null : new JiraHook(
        id, hook.Text("name"), hook.Text("url"), hook.Flag("active"), FilterOf(hook.Text("configuration", "FILTERS")), EventsOf(hook),
        hook.Text("configuration", "EXCLUDE_BODY") == "true", null, null);

    /// <summary>In the shape of an app's webhooks.</summary>
    public static JiraHook? ReadDynamic(JsonElement hook) => hook.Number("id") is not >= 0 || hook.Text("id") is not { } id ? null : new JiraHook(
        id, null, hook.Text("url"), true, hook.Text("jqlFilter") ?? "", EventsOf(hook), false, null, JiraTime.Instant(hook.At("expirationDate")));

    /// <summary>What is not as wanted. Jira keeps no list of deliveries, so nearly everything may have cost some.</summary>
    /// <param name="work">What is wanted.</param>
    /// <param name="jql">Which issues shall be told of.</param>
    /// <param name="isKnown">The hub registered it: then its secret is the one of that time.</param>
    public Differences Against(RegistrationWork work, string jql, bool isKnown)
    {
        var found = new Differences();
        if (Url != work.Url)
            found.AddSecret("url", "its address was another one", missed: true);
        if (!Enabled)
            found.Add("active", false, true, "it was switched off", missed: true);
        found.AddEvents(Events, AllEvents);
        if (!SameJql(Jql, jql))
            found.Add("jql", Jql, jql, "its filter was another one", missed: true);
        if (Bodiless)
            found.Add("exclude_body", true, false, "it left out what had happened", missed: true);
        if (Signed is false || !isKnown || work.SecretChanged)
            found.AddSecret("secret", Signed is false ? "it had no secret" : "its secret may have been another one", missed: true);
        return found;
    }

    /// <summary>Whatever case, quotes and blanks Jira keeps it with.</summary>
    public static bool SameJql(string one, string other) => string.Equals(Bare(one), Bare(other), StringComparison.OrdinalIgnoreCase);

    private static string Bare(string jql) => new([.. jql.Where(c => !char.IsWhiteSpace(c) && c is not ('"' or '\''))]);

    private static string[] EventsOf(JsonElement hook) => [.. hook.Items("events").Select(name => name.Text()).OfType<string>()];

    private static string FilterOf(string? filters)
    {
        try
        {
            return filters is null ? "" : JsonNode.Parse(filters)?["issue-related-events-section"]?.ToString() ?? "";
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return "";
        }
    }
}
