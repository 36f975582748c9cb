using Hub.Sync.Github.Streams;

namespace Hub.Sync.Github.Releases;

/// <summary>How releases are stored.</summary>
internal static class ReleaseTable
{
    public const string DeleteOthers = """
        update sync.releases
        set deleted_at = @now, version = version + 1, updated_at = @now
        where integration_id = @integrationId and repository_id = @repositoryId and deleted_at is null and not (external_id = any(@seen))
          and (@drafts or not draft)
        returning id, tag as key, version
        """;

    public static readonly RowTable Rows = new(
        "release",
        """
        select external_id::text as key, content_hash, hash_version, deleted_at is not null as deleted, case when draft then 'draft' else 'published' end as state
        from sync.releases
        where integration_id = @integrationId and repository_id = @repositoryId and external_id = any(@keys::bigint[])
        """,
        """
        insert into sync.releases as t (
            integration_id, scope_id, scope_path, repository_id, external_id, tag, name, body, draft, prerelease, target, author, remote_created_at,
            published_at, html_url, raw, content_hash, hash_version, created_at, updated_at)
        select @integrationId, @scopeId, @scopePath, @repositoryId, p.external_id, p.tag, p.name, p.body, p.draft, p.prerelease, p.target, p.author,
            p.remote_created_at, p.published_at, p.html_url, p.raw, p.hash, @hashVersion, @now, @now
        from rows from (
            jsonb_to_recordset(@rows) as (
                external_id bigint, tag text, name text, body text, draft boolean, prerelease boolean, target text, author text, remote_created_at timestamptz,
                published_at timestamptz, html_url text),
            unnest(@raws::bytea[]), unnest(@hashes::bytea[])) as p(
                external_id, tag, name, body, draft, prerelease, target, author, remote_created_at, published_at, html_url, raw, hash)
        on conflict (integration_id, repository_id, external_id) do update set
            tag = excluded.tag, name = excluded.name, body = excluded.body, draft = excluded.draft, prerelease = excluded.prerelease,
            target = excluded.target, author = excluded.author, remote_created_at = excluded.remote_created_at, published_at = excluded.published_at,
            html_url = excluded.html_url, raw = excluded.raw, content_hash = excluded.content_hash, hash_version = excluded.hash_version, deleted_at = null,
            version = t.version + 1, updated_at = excluded.updated_at
        returning t.id, t.external_id::text as key, t.xmax = 0 as inserted, t.version
        """);
}
