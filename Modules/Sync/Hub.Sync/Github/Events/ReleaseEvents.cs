using Hub.SharedKernel.Data;
using Hub.Sync.Github.Releases;
using Hub.Sync.Github.Streams;
using Hub.Sync.Providers;

namespace Hub.Sync.Github.Events;

/// <summary>Releases as events show them. They carry no time of update: a release that was deleted or published stays so whatever comes late.</summary>
internal sealed class ReleaseEvents(Db db, RowWriter writer, RepositoryNews news, TimeProvider time)
{
    public async Task<GithubEffect?> Apply(GithubTold told, CancellationToken ct)
    {
        if (ReleaseRow.Read(told.Payload.At("release")) is not { } row)
            return null;
        var repo = told.Repo;
        var state = await db.First<string>(Hold, new { repo.IntegrationId, repo.RepositoryId, row.ExternalId }, ct);
        if (state == "deleted" || (state == "published" && row.Draft && told.Action is not ("unpublished" or "deleted")))
            return new GithubEffect(
                $"release {row.Tag} stale: it is {state}", state == "deleted" && told.Action != "deleted" ? GithubRead.Now : GithubRead.Later);
        // Stored also when it is gone: an older event that comes after this one must not bring it to life.
        var outcome = await writer.Write(ReleaseTable.Rows, repo, [row], ct);
        if (told.Action == "deleted")
        {
            await writer.Delete(ReleaseTable.Rows, repo, Bury, new { repo.IntegrationId, repo.RepositoryId, row.ExternalId, now = time.GetUtcNow() }, ct);
            return new GithubEffect($"release {row.Tag} deleted");
        }

        await news.Tell(repo, [.. outcome.Changes.Where(ReleaseNews.IsPublished).Select(ReleaseNews.Of)], ct);
        return new GithubEffect($"release {row.Tag} {(outcome.Changes.Count == 0 ? "unchanged" : outcome.Created > 0 ? "created" : "updated")}");
    }

    private const string Hold = """
        select case when deleted_at is not null then 'deleted' when draft then 'draft' else 'published' end
        from sync.releases
        where integration_id = @integrationId and repository_id = @repositoryId and external_id = @externalId
        for no key update
        """;

    private const string Bury = """
        update sync.releases set deleted_at = @now, version = version + 1, updated_at = @now
        where integration_id = @integrationId and repository_id = @repositoryId and external_id = @externalId and deleted_at is null
        returning id, tag as key, version
        """;
}
