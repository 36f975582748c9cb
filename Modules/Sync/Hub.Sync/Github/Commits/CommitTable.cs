using Hub.Sync.Github.Streams;

namespace Hub.Sync.Github.Commits;

/// <summary>How commits are stored. A commit never changes; what GitHub says of it can (its author's account). Which branch reaches it is kept aside.</summary>
internal static class CommitTable
{
    public static readonly RowTable Rows = new(
        "commit",
        """
        select c.sha as key, c.content_hash, c.hash_version, false as deleted, null::text as state
        from unnest(@keys::text[]) as wanted(sha)
        cross join lateral (
            select sha, content_hash, hash_version from sync.commits
            where integration_id = @integrationId and repository_id = @repositoryId and sha = wanted.sha
            limit 1
        ) c
        """,
        """
        insert into sync.commits as t (
            integration_id, scope_id, scope_path, repository_id, sha, author_name, author_email, author_login, committer_name, committer_email,
            committer_login, authored_at, committed_at, message, parents, on_default_branch, ticket_keys, html_url, raw, content_hash, hash_version,
            created_at, updated_at)
        select @integrationId, @scopeId, @scopePath, @repositoryId, p.sha, p.author_name, p.author_email, p.author_login, p.committer_name,
            p.committer_email, p.committer_login, p.authored_at, p.committed_at, p.message, p.parents, p.on_default_branch, p.ticket_keys, p.html_url, p.raw,
            p.hash, @hashVersion, @now, @now
        from rows from (
            jsonb_to_recordset(@rows) as (
                sha text, author_name text, author_email text, author_login text, committer_name text, committer_email text, committer_login text,
                authored_at timestamptz, committed_at timestamptz, message text, parents text[], on_default_branch boolean, ticket_keys text[], html_url text),
            unnest(@raws::bytea[]), unnest(@hashes::bytea[])) as p(
                sha, author_name, author_email, author_login, committer_name, committer_email, committer_login, authored_at, committed_at, message, parents,
                on_default_branch, ticket_keys, html_url, raw, hash)
        on conflict (integration_id, repository_id, sha) do update set
            author_name = excluded.author_name, author_email = excluded.author_email, author_login = excluded.author_login,
            committer_name = excluded.committer_name, committer_email = excluded.committer_email, committer_login = excluded.committer_login,
            authored_at = excluded.authored_at, committed_at = excluded.committed_at, message = excluded.message, parents = excluded.parents,
            ticket_keys = excluded.ticket_keys, html_url = excluded.html_url, raw = excluded.raw, content_hash = excluded.content_hash,
            hash_version = excluded.hash_version, version = t.version + 1, updated_at = excluded.updated_at
        returning t.id, t.sha as key, t.xmax = 0 as inserted, t.version
        """,
        "on_default_branch");

    /// <summary>Commits that the default branch reaches by now.</summary>
    public const string Reach = """
        update sync.commits set on_default_branch = true, version = version + 1, updated_at = @now
        where integration_id = @integrationId and repository_id = @repositoryId and sha = any(@shas) and not on_default_branch
        """;

    /// <summary>Follows the parents from the default branch's head and sets of each commit whether it was reached.</summary>
    public const string ReachAnew = """
        with recursive reached as (
            select sha, parents from sync.commits where integration_id = @integrationId and repository_id = @repositoryId and sha = @head
            union
            select c.sha, c.parents
            from reached r
            cross join unnest(r.parents) as parent(sha)
            join sync.commits c on c.integration_id = @integrationId and c.repository_id = @repositoryId and c.sha = parent.sha
        )
        update sync.commits c
        set on_default_branch = not c.on_default_branch, version = version + 1, updated_at = @now
        where c.integration_id = @integrationId and c.repository_id = @repositoryId
          and exists (select from reached)
          and c.on_default_branch <> exists (select from reached r where r.sha = c.sha)
        """;

    /// <summary>Everything that this head of the branch reaches is stored.</summary>
    public const string Walked = """
        update sync.repository_branches set walked_sha = @head where id = @branch and integration_id = @integrationId
        """;

    /// <summary>The next branch whose head is not walked, the default branch first.</summary>
    public const string NextBranch = """
        select id, name, head_sha as head, walked_sha as walked, name = @defaultBranch as is_default
        from sync.repository_branches
        where integration_id = @integrationId and repository_id = @repositoryId and deleted_at is null
          and (@full or walked_sha is distinct from head_sha)
          and (not @begun or name <> @defaultBranch and id > @after)
        order by name = @defaultBranch desc, id
        limit 1
        """;
}

/// <summary>A branch whose commits are to be read.</summary>
/// <param name="Id">The hub's id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Head">Where it points to.</param>
/// <param name="Walked">Everything that this commit reaches is stored; null before the first time.</param>
/// <param name="IsDefault">Whether it is the default branch.</param>
internal sealed record BranchToWalk(long Id, string Name, string Head, string? Walked, bool IsDefault);
