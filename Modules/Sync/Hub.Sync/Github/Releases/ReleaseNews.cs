using Hub.Sync.Contracts;
using Hub.Sync.Github.Streams;

namespace Hub.Sync.Github.Releases;

/// <summary>When a release is told, and how.</summary>
internal static class ReleaseNews
{
    /// <summary>It became public with this change.</summary>
    public static bool IsPublished(RowChange<ReleaseRow> change) => !change.Row.Draft && change.Before is null or "draft";

    public static RepositoryChange Of(RowChange<ReleaseRow> change) => new(
        "release.published", change.Id, change.Row.Tag, change.Row.Name ?? change.Row.Tag, change.Row.Author, change.Row.Target, change.Row.HtmlUrl,
        change.Row.PublishedAt ?? change.Row.RemoteCreatedAt ?? DateTimeOffset.UnixEpoch);
}
