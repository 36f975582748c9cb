using Hub.Sync.Contracts;
using Hub.Sync.Github.Streams;

namespace Hub.Sync.Github.Pulls;

/// <summary>What happened to a pull request, told from its state before and after.</summary>
internal static class PullNews
{
    /// <summary>One that was opened and closed between two looks is told as both.</summary>
    public static IEnumerable<RepositoryChange> Of(RowChange<PullRow> change)
    {
        var row = change.Row;
        if (change.Before is null)
            yield return Tell("opened", row.RemoteCreatedAt);
        if (change.Before is null && row.State == "open")
            yield break;
        yield return change.Before == row.State
            ? Tell("updated", row.RemoteUpdatedAt)
            : row.State switch
            {
                "merged" => Tell("merged", row.MergedAt ?? row.RemoteUpdatedAt),
                "closed" => Tell("closed", row.ClosedAt ?? row.RemoteUpdatedAt),
                _ => Tell("reopened", row.RemoteUpdatedAt),
            };

        RepositoryChange Tell(string what, DateTimeOffset at) =>
            new($"pull_request.{what}", change.Id, row.Key, row.Title, row.Author, row.HeadRef, row.HtmlUrl, at);
    }
}
