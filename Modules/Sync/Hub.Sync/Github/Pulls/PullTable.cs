using Hub.Sync.Github.Streams;

namespace Hub.Sync.Github.Pulls;

/// <summary>How pull requests are stored; an older state never replaces a newer one.</summary>
internal static class PullTable
{
    public static readonly RowTable Rows = new(
        "pull_request",
        """
        select number::text as key, content_hash, hash_version, deleted_at is not null as deleted, state
        from sync.pull_requests
        where integration_id = @integrationId and repository_id = @repositoryId and number = any(@keys::int[])
        """,
        """
        insert into sync.pull_requests as t (
            integration_id, scope_id, scope_path, repository_id, external_id, number, title, body, state, draft, author, author_id, labels, milestone, head_ref,
            head_sha, head_repository, base_ref, base_sha, merge_commit_sha, merged_at, closed_at, remote_created_at, remote_updated_at, ticket_keys, html_url,
            raw, content_hash, hash_version, created_at, updated_at)
        select @integrationId, @scopeId, @scopePath, @repositoryId, p.external_id, p.number, p.title, p.body, p.state, p.draft, p.author, p.author_id, p.labels,
            p.milestone, p.head_ref, p.head_sha, p.head_repository, p.base_ref, p.base_sha, p.merge_commit_sha, p.merged_at, p.closed_at, p.remote_created_at,
            p.remote_updated_at, p.ticket_keys, p.html_url, p.raw, p.hash, @hashVersion, @now, @now
        from rows from (
            jsonb_to_recordset(@rows) as (
                external_id bigint, number int, title text, body text, state text, draft boolean, author text, author_id bigint, labels text[], milestone text,
                head_ref text, head_sha text, head_repository text, base_ref text, base_sha text, merge_commit_sha text, merged_at timestamptz,
                closed_at timestamptz, remote_created_at timestamptz, remote_updated_at timestamptz, ticket_keys text[], html_url text),
            unnest(@raws::bytea[]), unnest(@hashes::bytea[])) as p(
                external_id, number, title, body, state, draft, author, author_id, labels, milestone, head_ref, head_sha, head_repository, base_ref, base_sha,
                merge_commit_sha, merged_at, closed_at, remote_created_at, remote_updated_at, ticket_keys, html_url, raw, hash)
        on conflict (integration_id, repository_id, number) do update set
            external_id = excluded.external_id, title = excluded.title, body = excluded.body, state = excluded.state, draft = excluded.draft,
            author = excluded.author, author_id = excluded.author_id, labels = excluded.labels, milestone = excluded.milestone, head_ref = excluded.head_ref,
            head_sha = excluded.head_sha, head_repository = excluded.head_repository, base_ref = excluded.base_ref, base_sha = excluded.base_sha,
            merge_commit_sha = excluded.merge_commit_sha, merged_at = excluded.merged_at, closed_at = excluded.closed_at,
            remote_created_at = excluded.remote_created_at, remote_updated_at = excluded.remote_updated_at, ticket_keys = excluded.ticket_keys,
            html_url = excluded.html_url, raw = excluded.raw, content_hash = excluded.content_hash, hash_version = excluded.hash_version, deleted_at = null,
            version = t.version + 1, updated_at = excluded.updated_at
        where excluded.remote_updated_at >= t.remote_updated_at
        returning t.id, t.number::text as key, t.xmax = 0 as inserted, t.version
        """);
}
