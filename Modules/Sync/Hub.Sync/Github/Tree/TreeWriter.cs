using Hub.SharedKernel.Data;
using Hub.Sync.Connectors;
using Hub.Sync.Github.Streams;

namespace Hub.Sync.Github.Tree;

/// <summary>Makes what is stored below a folder the same as what was read there, with two statements; entries that did not change are not touched.</summary>
internal sealed class TreeWriter(Db db)
{
    /// <param name="repo">Whose files.</param>
    /// <param name="folder">With a slash at its end; empty for the root.</param>
    /// <param name="entries">What was read.</param>
    /// <param name="whole">Everything below the folder; otherwise its own entries only.</param>
    /// <param name="keepOthers">Not all was shown: what is missing tells nothing.</param>
    /// <param name="ct">Cancels the write.</param>
    public async Task<PageCounts> Write(Repo repo, string folder, IReadOnlyList<TreeEntry> entries, bool whole, bool keepOthers, CancellationToken ct)
    {
        var hashes = entries.Select(entry => entry.Hash).ToArray();
        var gone = keepOthers ? 0 : await db.Execute(whole ? DeleteBelow : DeleteWithin, new
        {
            repo.IntegrationId, repo.RepositoryId, folder, hashes, names = Names(entries, folder.Length),
            folders = Names(entries.Where(entry => entry.IsFolder), folder.Length),
        }, ct);
        var written = await db.One<Counts>(Upsert, new
        {
            repo.IntegrationId,
            repo.RepositoryId,
            hashes,
            paths = entries.Select(entry => entry.Path).ToArray(),
            types = entries.Select(entry => entry.Type).ToArray(),
            modes = entries.Select(entry => entry.Mode).ToArray(),
            sizes = entries.Select(entry => entry.Size).ToArray(),
            shas = entries.Select(entry => entry.Sha).ToArray(),
        }, ct);
        return new PageCounts(written.Created, written.Updated, entries.Count - written.Created - written.Updated, gone);
    }

    private static string[] Names(IEnumerable<TreeEntry> entries, int folder) => [.. entries.Select(entry => entry.Path[folder..])];

    private sealed record Counts(int Created, int Updated);

    /// <summary>The stored entries are those of this commit now.</summary>
    public const string Finish = """
        update sync.repositories
        set tree_sha = @root, tree_commit_sha = @commit, tree_truncated = @truncated
        where integration_id = @integrationId and repository_id = @repositoryId
        """;

    private const string DeleteBelow = """
        delete from sync.tree_entries e
        where e.integration_id = @integrationId and e.repository_id = @repositoryId and starts_with(e.path, @folder)
          and not exists (select from unnest(@hashes::bytea[]) as seen(hash) where seen.hash = e.path_hash)
        """;

    // What is below a folder that is still there is left to the reading of that one.
    private const string DeleteWithin = """
        delete from sync.tree_entries e
        where e.integration_id = @integrationId and e.repository_id = @repositoryId and starts_with(e.path, @folder)
          and case when strpos(substr(e.path, length(@folder) + 1), '/') = 0
              then substr(e.path, length(@folder) + 1) <> all(@names)
              else split_part(substr(e.path, length(@folder) + 1), '/', 1) <> all(@folders)
              end
        """;

    private const string Upsert = """
        with written as (
            insert into sync.tree_entries as t (integration_id, repository_id, path_hash, path, type, mode, size, sha)
            select @integrationId, @repositoryId, p.hash, p.path, p.type, p.mode, p.size, p.sha
            from unnest(@hashes::bytea[], @paths::text[], @types::text[], @modes::text[], @sizes::bigint[], @shas::text[])
                as p(hash, path, type, mode, size, sha)
            left join sync.tree_entries known on known.integration_id = @integrationId and known.repository_id = @repositoryId and known.path_hash = p.hash
            where known.sha is null or (known.sha, known.type, known.mode) <> (p.sha, p.type, p.mode)
            on conflict (integration_id, repository_id, path_hash) do update set
                path = excluded.path, type = excluded.type, mode = excluded.mode, size = excluded.size, sha = excluded.sha
            returning t.xmax = 0 as inserted
        )
        select count(*) filter (where inserted)::int as created, count(*) filter (where not inserted)::int as updated from written
        """;
}
