using Hub.Sync.Github.Streams;

namespace Hub.Sync.Github.WorkflowRuns;

/// <summary>How runs of workflows are stored; an older state never replaces a newer one.</summary>
internal static class WorkflowRunTable
{
    /// <summary>Where to go on: at the oldest run that is still under way if that is earlier. Those from long ago were lost by GitHub and are not waited for.</summary>
    public const string GoOn = """
        select least(min(remote_created_at), @reached) from sync.workflow_runs
        where integration_id = @integrationId and repository_id = @repositoryId and status <> 'completed' and remote_created_at >= @since
        """;

    public static readonly RowTable Rows = new(
        "workflow_run",
        """
        select external_id::text as key, content_hash, hash_version, false as deleted, status as state
        from sync.workflow_runs
        where integration_id = @integrationId and repository_id = @repositoryId and external_id = any(@keys::bigint[])
        """,
        """
        insert into sync.workflow_runs as t (
            integration_id, scope_id, scope_path, repository_id, external_id, workflow_id, name, title, event, status, conclusion, head_branch, head_sha,
            run_number, attempt, actor, remote_created_at, remote_updated_at, started_at, duration_ms, html_url, raw, content_hash, hash_version, created_at,
            updated_at)
        select @integrationId, @scopeId, @scopePath, @repositoryId, p.external_id, p.workflow_id, p.name, p.title, p.event, p.status, p.conclusion,
            p.head_branch, p.head_sha, p.run_number, p.attempt, p.actor, p.remote_created_at, p.remote_updated_at, p.started_at, p.duration_ms, p.html_url, p.raw,
            p.hash, @hashVersion, @now, @now
        from rows from (
            jsonb_to_recordset(@rows) as (
                external_id bigint, workflow_id bigint, name text, title text, event text, status text, conclusion text, head_branch text, head_sha text,
                run_number int, attempt int, actor text, remote_created_at timestamptz, remote_updated_at timestamptz, started_at timestamptz,
                duration_ms bigint, html_url text),
            unnest(@raws::bytea[]), unnest(@hashes::bytea[])) as p(
                external_id, workflow_id, name, title, event, status, conclusion, head_branch, head_sha, run_number, attempt, actor, remote_created_at,
                remote_updated_at, started_at, duration_ms, html_url, raw, hash)
        on conflict (integration_id, repository_id, external_id) do update set
            workflow_id = excluded.workflow_id, name = excluded.name, title = excluded.title, event = excluded.event, status = excluded.status,
            conclusion = excluded.conclusion, head_branch = excluded.head_branch, head_sha = excluded.head_sha, run_number = excluded.run_number,
            attempt = excluded.attempt, actor = excluded.actor, remote_created_at = excluded.remote_created_at, remote_updated_at = excluded.remote_updated_at,
            started_at = excluded.started_at, duration_ms = excluded.duration_ms, html_url = excluded.html_url, raw = excluded.raw,
            content_hash = excluded.content_hash, hash_version = excluded.hash_version, version = t.version + 1, updated_at = excluded.updated_at
        where excluded.remote_updated_at >= t.remote_updated_at
        returning t.id, t.external_id::text as key, t.xmax = 0 as inserted, t.version
        """);
}
