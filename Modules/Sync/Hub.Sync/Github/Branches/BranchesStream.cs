using Hub.Sync.Connectors;
using Hub.Sync.Github.Streams;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Github.Branches;

/// <summary>
/// All branches, in one page, because what is not on the list is gone. An empty list for a repository that had branches is not believed.
/// </summary>
internal sealed class BranchesStream(GithubSession session) : GithubStream<BranchesStream.Walk>(StreamName, session)
{
    public const string StreamName = "branches";

    // Without branches there are no commits.
    protected override bool Optional => false;

    protected override async Task<StreamPage> Read(Walk walk, Repo repo, CancellationToken ct)
    {
        var records = await Session.Api.All($"{repo.Api}/branches?per_page=100", ct, keep: true);
        var rows = records.Select(BranchRow.Read).OfType<BranchRow>().ToArray();
        var failed = records.Count - rows.Length;
        if (failed > 0)
            walk.Doubt = "some branches could not be read, so that none was taken for deleted.";
        return Page(walk, last: true, async (unit, stop) =>
        {
            var writer = unit.GetRequiredService<RowWriter>();
            var outcome = await writer.Write(Table, repo, rows, stop);
            var gone = rows.Length == 0 || failed > 0 ? 0 : await writer.Delete(Table, repo, DeleteOthers, new
            {
                repo.IntegrationId, repo.RepositoryId, names = rows.Select(row => row.Name).ToArray(), now = Session.Now,
            }, stop);
            await Save(repo, new { }, unit, stop);
            return new PageCounts(outcome.Created, outcome.Updated, outcome.Unchanged, gone, failed);
        });
    }

    internal sealed class Walk : WalkState;

    private const string DeleteOthers = """
        update sync.repository_branches
        set deleted_at = @now, version = version + 1, updated_at = @now
        where integration_id = @integrationId and repository_id = @repositoryId and deleted_at is null and not (name = any(@names))
        returning id, name as key, version
        """;

    private static readonly RowTable Table = new(
        "branch",
        """
        select name as key, content_hash, hash_version, deleted_at is not null as deleted, head_sha as state
        from sync.repository_branches
        where integration_id = @integrationId and repository_id = @repositoryId and name = any(@keys)
        """,
        """
        insert into sync.repository_branches as t (
            integration_id, scope_id, scope_path, repository_id, name, head_sha, protected, ticket_keys, content_hash, hash_version, created_at, updated_at)
        select @integrationId, @scopeId, @scopePath, @repositoryId, p.name, p.head_sha, p.protected, p.ticket_keys, p.hash, @hashVersion, @now, @now
        from rows from (
            jsonb_to_recordset(@rows) as (name text, head_sha text, protected boolean, ticket_keys text[]),
            unnest(@hashes::bytea[])) as p(name, head_sha, protected, ticket_keys, hash)
        on conflict (integration_id, repository_id, name) do update set
            head_sha = excluded.head_sha, protected = excluded.protected, ticket_keys = excluded.ticket_keys, content_hash = excluded.content_hash,
            hash_version = excluded.hash_version, deleted_at = null, version = t.version + 1, updated_at = excluded.updated_at
        returning t.id, t.name as key, t.xmax = 0 as inserted, t.version
        """);
}
