using System.Text.Json;
using Hub.Integrations.Contracts;
using Hub.Sync.Details;

namespace Hub.Sync.Jira.Details;

/// <summary>One kind of what belongs to an issue, read as a stream of its own.</summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="Kind">How it is stored.</param>
/// <param name="Setting">The setting that switches it on.</param>
/// <param name="Field">Where it is embedded in an issue, and the path of its own pages below one.</param>
/// <param name="List">The member that lists it when embedded; null when the field is the list.</param>
/// <param name="Pages">The member that lists it in its own pages.</param>
/// <param name="Read">Reads one; null when it is none.</param>
internal sealed record DetailKind(
    string Stream, string Kind, string Setting, string Field, string? List, string Pages, Func<JsonElement, RemoteDetail?> Read)
{
    public static readonly DetailKind Comments = new("comments", "comment", "sync_comments", "comment", "comments", "comments", ReadDetail.Comment);
    public static readonly DetailKind Worklogs = new("worklogs", "worklog", "sync_worklogs", "worklog", "worklogs", "worklogs", ReadDetail.Worklog);
    public static readonly DetailKind Changelog = new("changelog", "changelog", "sync_changelog", "changelog", "histories", "values", ReadDetail.History);
    public static readonly DetailKind Links = new("links", "link", "sync_links", "issuelinks", null, "", ReadDetail.Link);

    public static readonly IReadOnlyList<DetailKind> All = [Comments, Worklogs, Changelog, Links];

    public bool IsOn(Connection connection) => connection.Settings.TryGetValue(Setting, out var on) && on.ValueKind is JsonValueKind.True;

    /// <summary>The streams that an integration has switched on.</summary>
    public static IReadOnlyList<string> StreamsOf(Connection connection) => [.. All.Where(kind => kind.IsOn(connection)).Select(kind => kind.Stream)];
}
