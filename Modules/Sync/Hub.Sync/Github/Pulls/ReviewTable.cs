using Hub.Sync.Github.Streams;

namespace Hub.Sync.Github.Pulls;

/// <summary>How reviews are stored, and the figures of a pull request that only its single record tells.</summary>
internal static class ReviewTable
{
    public static readonly RowTable Rows = new(
        "review",
        """
        select external_id::text as key, content_hash, hash_version, deleted_at is not null as deleted, state
        from sync.pull_request_reviews
        where integration_id = @integrationId and repository_id = @repositoryId and external_id = any(@keys::bigint[])
        """,
        """
        insert into sync.pull_request_reviews as t (
            integration_id, scope_id, scope_path, repository_id, number, external_id, reviewer, state, body, commit_sha, submitted_at, content_hash,
            hash_version, created_at, updated_at)
        select @integrationId, @scopeId, @scopePath, @repositoryId, p.number, p.external_id, p.reviewer, p.state, p.body, p.commit_sha, p.submitted_at, p.hash,
            @hashVersion, @now, @now
        from rows from (
            jsonb_to_recordset(@rows) as (
                number int, external_id bigint, reviewer text, state text, body text, commit_sha text, submitted_at timestamptz),
            unnest(@hashes::bytea[])) as p(number, external_id, reviewer, state, body, commit_sha, submitted_at, hash)
        on conflict (integration_id, repository_id, external_id) do update set
            number = excluded.number, reviewer = excluded.reviewer, state = excluded.state, body = excluded.body, commit_sha = excluded.commit_sha,
            submitted_at = excluded.submitted_at, content_hash = excluded.content_hash, hash_version = excluded.hash_version, deleted_at = null,
            version = t.version + 1, updated_at = excluded.updated_at
        returning t.id, t.external_id::text as key, t.xmax = 0 as inserted, t.version
        """);

    /// <summary>Reviews of these pull requests that were not among those read: drafts that were thrown away.</summary>
    public const string DeleteOthers = """
        update sync.pull_request_reviews
        set deleted_at = @now, version = version + 1, updated_at = @now
        where integration_id = @integrationId and repository_id = @repositoryId and number = any(@numbers) and deleted_at is null
          and not (external_id = any(@reviews))
        returning id, external_id::text as key, version
        """;

    /// <summary>The next pull requests whose reviews are older than themselves, the last changed first.</summary>
    public const string Next = """
        select id, number, author, remote_updated_at as updated_at
        from sync.pull_requests
        where integration_id = @integrationId and repository_id = @repositoryId and deleted_at is null and detailed_until is distinct from remote_updated_at
          and (@before::timestamptz is null or (remote_updated_at, id) < (@before, @beforeId))
        order by remote_updated_at desc, id desc
        limit @fetch
        """;

    /// <summary>Pull requests whose reviews are here already. A full run says so: a success that looks at nothing raises an alarm.</summary>
    public const string CountKnown = """
        select count(*)::int from sync.pull_requests
        where integration_id = @integrationId and repository_id = @repositoryId and deleted_at is null and detailed_until = remote_updated_at
        """;

    public const string Detail = """
        update sync.pull_requests p
        set additions = coalesce(d.additions, p.additions), deletions = coalesce(d.deletions, p.deletions),
            changed_files = coalesce(d.changed_files, p.changed_files), commits = coalesce(d.commits, p.commits), merged_by = coalesce(d.merged_by, p.merged_by),
            review_state = d.review_state, detailed_until = d.detailed_until, version = version + 1, updated_at = @now
        from jsonb_to_recordset(@details) as d(
            id bigint, additions int, deletions int, changed_files int, commits int, merged_by text, review_state text, detailed_until timestamptz)
        where p.id = d.id and p.integration_id = @integrationId
        """;
}
