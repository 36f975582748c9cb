using Hub.SharedKernel.Data;
using Hub.Sync.Github.Reading;

namespace Hub.Sync.Github.Analysis;

/// <summary>What an analysis reads: of one repository that the caller was found to see, a fixed number of statements however large it is.</summary>
internal sealed class AnalysisRows(Db db)
{
    public Task<IReadOnlyList<TreeEntry>> Tree(SyncedRepository repository, CancellationToken ct) => db.List<TreeEntry>(SelectTree, repository.Key, ct);

    public async Task<CommitActivity> Activity(SyncedRepository repository, DateTimeOffset now, CancellationToken ct)
    {
        var parameters = new { repository.IntegrationId, repository.RepositoryId, month = now.AddDays(-30), quarter = now.AddDays(-90), half = now.AddDays(-182) };
        var counts = await db.One<Counts>(CountCommits, parameters, ct);
        var weeks = await db.List<CommitWeek>(CountWeeks, parameters, ct);
        return new CommitActivity(counts.Total, counts.Month, counts.Quarter, counts.Detailed, counts.Authors, counts.FirstAt, counts.LastAt, weeks);
    }

    public async Task<IEnumerable<(string, long)>> Authors(SyncedRepository repository, DateTimeOffset since, CancellationToken ct) =>
        (await db.List<Author>(CountAuthors, new { repository.IntegrationId, repository.RepositoryId, since }, ct)).Select(author => (author.Name, author.Commits));

    public Task<IReadOnlyList<HotSpot>> HotSpots(SyncedRepository repository, DateTimeOffset since, CancellationToken ct) =>
        db.List<HotSpot>(SelectHotSpots, new { repository.IntegrationId, repository.RepositoryId, since }, ct);

    public Task<IReadOnlyList<BranchHead>> Branches(SyncedRepository repository, CancellationToken ct) => db.List<BranchHead>(SelectBranches, repository.Key, ct);

    public Task<PullFigures> Pulls(SyncedRepository repository, DateTimeOffset since, CancellationToken ct) =>
        db.One<PullFigures>(CountPulls, new { repository.IntegrationId, repository.RepositoryId, since }, ct);

    public Task<IReadOnlyList<PublishedRelease>> Releases(SyncedRepository repository, CancellationToken ct) =>
        db.List<PublishedRelease>(SelectReleases, repository.Key, ct);

    public Task<WorkflowFigures> Workflows(SyncedRepository repository, DateTimeOffset since, CancellationToken ct) =>
        db.One<WorkflowFigures>(CountWorkflows, new { repository.IntegrationId, repository.RepositoryId, since }, ct);

    private sealed record Counts(long Total, long Month, long Quarter, long Detailed, long Authors, DateTimeOffset? FirstAt, DateTimeOffset? LastAt);

    private sealed record Author(string Name, long Commits);

    private const string SelectTree = """
        select path, type, size from sync.tree_entries where integration_id = @integrationId and repository_id = @repositoryId
        """;

    private const string CountCommits = """
        select count(*) as total,
               count(*) filter (where committed_at >= @month) as month,
               count(*) filter (where committed_at >= @quarter) as quarter,
               count(*) filter (where committed_at >= @quarter and files is not null) as detailed,
               count(distinct coalesce(author_login, author_name, author_email)) filter (where committed_at >= @quarter) as authors,
               min(committed_at) as first_at,
               max(committed_at) as last_at
        from sync.commits
        where integration_id = @integrationId and repository_id = @repositoryId and on_default_branch
        """;

    private const string CountWeeks = """
        select date_trunc('week', committed_at at time zone 'UTC')::date as week, count(*) as commits
        from sync.commits
        where integration_id = @integrationId and repository_id = @repositoryId and on_default_branch and committed_at >= @half
        group by 1
        order by 1
        """;

    // A merge is somebody else's work brought together, and a bot is nobody who could leave.
    private const string CountAuthors = """
        select coalesce(author_login, author_name, author_email, '') as name, count(*) as commits
        from sync.commits
        where integration_id = @integrationId and repository_id = @repositoryId and on_default_branch and committed_at >= @since
          and cardinality(parents) < 2 and coalesce(author_login, author_name, '') not like '%[bot]'
        group by 1
        """;

    private const string SelectHotSpots = """
        select touched.path, count(*) as changes, sum(touched.additions)::bigint as additions, sum(touched.deletions)::bigint as deletions,
               count(distinct coalesce(c.author_login, c.author_name, c.author_email)) as authors, min(t.size) as size, max(c.committed_at) as last_changed_at
        from sync.commits c
        cross join lateral jsonb_to_recordset(c.files) as touched(path text, additions int, deletions int)
        left join sync.tree_entries t on t.integration_id = c.integration_id and t.repository_id = c.repository_id and t.path = touched.path and t.type = 'blob'
        where c.integration_id = @integrationId and c.repository_id = @repositoryId and c.on_default_branch and c.committed_at >= @since
          and cardinality(c.parents) < 2 and c.files is not null
        group by touched.path
        having count(*) > 1
        order by changes desc, sum(touched.additions + touched.deletions) desc, touched.path
        limit 20
        """;

    private const string SelectBranches = """
        select b.name, b.protected, c.committed_at
        from sync.repository_branches b
        left join sync.commits c on c.integration_id = b.integration_id and c.repository_id = b.repository_id and c.sha = b.head_sha
        where b.integration_id = @integrationId and b.repository_id = @repositoryId and b.deleted_at is null
        """;

    private const string CountPulls = """
        with pulls as (
            select p.state, p.merged_at, p.closed_at, extract(epoch from p.merged_at - p.remote_created_at)::double precision / 3600 as hours_to_merge,
                   extract(epoch from r.first_at - p.remote_created_at)::double precision / 3600 as hours_to_review
            from sync.pull_requests p
            left join lateral (
                select min(submitted_at) as first_at
                from sync.pull_request_reviews r
                where r.integration_id = p.integration_id and r.repository_id = p.repository_id and r.number = p.number and r.deleted_at is null
                  and r.reviewer is distinct from p.author
            ) r on true
            where p.integration_id = @integrationId and p.repository_id = @repositoryId and p.deleted_at is null
              and (p.state = 'open' or p.closed_at >= @since)
        )
        select count(*) filter (where state = 'open') as open,
               count(*) filter (where state = 'merged') as merged,
               count(*) filter (where state = 'closed') as closed_unmerged,
               percentile_cont(0.5) within group (order by hours_to_merge) filter (where state = 'merged') as median_hours_to_merge,
               percentile_cont(0.5) within group (order by hours_to_review) filter (where hours_to_review is not null) as median_hours_to_first_review,
               (count(*) filter (where state = 'merged' and hours_to_review is not null))::double precision
                   / nullif(count(*) filter (where state = 'merged'), 0) as reviewed_share
        from pulls
        """;

    private const string SelectReleases = """
        select tag, published_at, prerelease
        from sync.releases
        where integration_id = @integrationId and repository_id = @repositoryId and deleted_at is null and not draft and published_at is not null
        """;

    private const string CountWorkflows = """
        select count(*) as runs,
               count(*) filter (where conclusion = 'success') as succeeded,
               count(*) filter (where conclusion in ('failure', 'timed_out', 'startup_failure')) as failed,
               (count(*) filter (where conclusion = 'success'))::double precision
                   / nullif(count(*) filter (where conclusion in ('success', 'failure', 'timed_out', 'startup_failure')), 0) as success_rate,
               (percentile_cont(0.5) within group (order by duration_ms) filter (where status = 'completed'))::bigint as median_duration_ms
        from sync.workflow_runs
        where integration_id = @integrationId and repository_id = @repositoryId and remote_created_at >= @since
        """;
}

/// <param name="Path">From the root.</param>
/// <param name="Type">blob, tree or commit.</param>
/// <param name="Size">Bytes, of blobs only.</param>
internal sealed record TreeEntry(string Path, string Type, long? Size);
