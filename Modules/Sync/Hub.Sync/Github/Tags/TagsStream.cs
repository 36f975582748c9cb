using Hub.Sync.Connectors;
using Hub.Sync.Github.Streams;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Github.Tags;

/// <summary>All tags, in one page, because what is not on the list is gone. Release notes are written between them.</summary>
internal sealed class TagsStream(GithubSession session) : GithubStream<TagsStream.Walk>(StreamName, session)
{
    public const string StreamName = "tags";

    protected override async Task<StreamPage> Read(Walk walk, Repo repo, CancellationToken ct)
    {
        var records = await Session.Api.All($"{repo.Api}/tags?per_page=100", ct, keep: true);
        var rows = records.Select(TagRow.Read).OfType<TagRow>().ToArray();
        var failed = records.Count - rows.Length;
        if (failed > 0)
            walk.Doubt = "some tags could not be read, so that none was taken for deleted.";
        return Page(walk, last: true, async (unit, stop) =>
        {
            var writer = unit.GetRequiredService<RowWriter>();
            var outcome = await writer.Write(Table, repo, rows, stop);
            var gone = failed > 0 ? 0 : await writer.Delete(Table, repo, DeleteOthers, new
            {
                repo.IntegrationId, repo.RepositoryId, names = rows.Select(row => row.Name).ToArray(), now = Session.Now,
            }, stop);
            await Save(repo, new { }, unit, stop);
            return new PageCounts(outcome.Created, outcome.Updated, outcome.Unchanged, gone, failed);
        });
    }

    internal sealed class Walk : WalkState;

    private const string DeleteOthers = """
        update sync.repository_tags
        set deleted_at = @now, version = version + 1, updated_at = @now
        where integration_id = @integrationId and repository_id = @repositoryId and deleted_at is null and not (name = any(@names))
        returning id, name as key, version
        """;

    private static readonly RowTable Table = new(
        "tag",
        """
        select name as key, content_hash, hash_version, deleted_at is not null as deleted, sha as state
        from sync.repository_tags
        where integration_id = @integrationId and repository_id = @repositoryId and name = any(@keys)
        """,
        """
        insert into sync.repository_tags as t (
            integration_id, scope_id, scope_path, repository_id, name, sha, content_hash, hash_version, created_at, updated_at)
        select @integrationId, @scopeId, @scopePath, @repositoryId, p.name, p.sha, p.hash, @hashVersion, @now, @now
        from rows from (jsonb_to_recordset(@rows) as (name text, sha text), unnest(@hashes::bytea[])) as p(name, sha, hash)
        on conflict (integration_id, repository_id, name) do update set
            sha = excluded.sha, content_hash = excluded.content_hash, hash_version = excluded.hash_version, deleted_at = null, version = t.version + 1,
            updated_at = excluded.updated_at
        returning t.id, t.name as key, t.xmax = 0 as inserted, t.version
        """);
}
