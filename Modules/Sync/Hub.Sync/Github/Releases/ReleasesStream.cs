using Hub.Sync.Connectors;
using Hub.Sync.Github.Streams;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Github.Releases;

/// <summary>
/// All releases, in one page, because what is not on the list is gone. Drafts are shown only to who may write: to others a missing draft tells nothing.
/// </summary>
internal sealed class ReleasesStream(GithubSession session) : GithubStream<ReleasesStream.Walk>(StreamName, session)
{
    public const string StreamName = "releases";

    protected override async Task<StreamPage> Read(Walk walk, Repo repo, CancellationToken ct)
    {
        var records = await Session.Api.All($"{repo.Api}/releases?per_page=100", ct, keep: true);
        var rows = records.Select(ReleaseRow.Read).OfType<ReleaseRow>().ToArray();
        var failed = records.Count - rows.Length;
        if (failed > 0)
            walk.Doubt = "some releases could not be read, so that none was taken for deleted.";
        var first = walk.First;
        return Page(walk, last: true, async (unit, stop) =>
        {
            var writer = unit.GetRequiredService<RowWriter>();
            var outcome = await writer.Write(ReleaseTable.Rows, repo, rows, stop);
            var gone = failed > 0 ? 0 : await writer.Delete(ReleaseTable.Rows, repo, ReleaseTable.DeleteOthers, new
            {
                repo.IntegrationId, repo.RepositoryId, seen = rows.Select(row => row.ExternalId).ToArray(), drafts = repo.CanPush, now = Session.Now,
            }, stop);
            if (!first)
                await unit.GetRequiredService<RepositoryNews>().Tell(repo, [.. outcome.Changes.Where(ReleaseNews.IsPublished).Select(ReleaseNews.Of)], stop);
            await Save(repo, new { }, unit, stop);
            return new PageCounts(outcome.Created, outcome.Updated, outcome.Unchanged, gone, failed);
        });
    }

    internal sealed class Walk : WalkState;
}
