using Hub.SharedKernel.Data;
using MediatR;

namespace Hub.Sync.Runs;

/// <summary>Takes runs, keeps them while they are worked on, and gives them back.</summary>
internal sealed class RunClaims(Db db, IMediator mediator, TimeProvider time, SyncOptions options)
{
    /// <summary>The next run that is due, from the tenant with the fewest runs under way; null when there is none.</summary>
    public async Task<ClaimedRun?> Claim(CancellationToken ct)
    {
        await using var tx = await db.Begin(ct);
        var now = time.GetUtcNow();
        var claimed = await db.First<ClaimedRun>(TakeNext, new { now, until = now + options.Lease }, ct);
        if (claimed is null)
            return null;
        var run = await db.One<SyncRun>(Read, new { claimed.Id, moved = RunSignals.Moved }, ct);
        await mediator.Publish(run.Announce(), ct);
        await tx.Commit(ct);
        return claimed;
    }

    /// <returns>False when the run is no longer this process's.</returns>
    public async Task<bool> Keep(ClaimedRun run, CancellationToken ct) =>
        await db.Execute(Extend, new { run.Id, run.LeaseToken, until = time.GetUtcNow() + options.Lease }, ct) == 1;

    /// <summary>Lets another process go on at once; what is stored stays stored.</summary>
    public Task GiveBack(ClaimedRun run, CancellationToken ct) => db.Execute(Return, new { run.Id, run.LeaseToken, queued = RunSignals.Queued }, ct);

    /// <summary>Puts a run down at the end of the queue, because others wait.</summary>
    public Task MakeRoom(ClaimedRun run, CancellationToken ct) =>
        db.Execute(Requeue, new { run.Id, run.LeaseToken, now = time.GetUtcNow(), queued = RunSignals.Queued, moved = RunSignals.Moved }, ct);

    /// <summary>Whether a run that is due finds no process to work on it.</summary>
    public Task<bool> OthersWait(ClaimedRun run, CancellationToken ct) => db.One<bool>(AnyDue, new { run.Id, now = time.GetUtcNow() }, ct);

    // A run that is found running with its lease over has lost its process: that counts as a failure, so that one which kills its process ends some day.
    private const string TakeNext = """
        with busy as materialized (
            select scope_path[2] as tenant, count(*) as runs from sync.runs where status = 'running' and lease_until >= @now group by 1
        ), next as (
            select r.id
            from sync.runs r
            left join busy on busy.tenant is not distinct from r.scope_path[2]
            where r.status = 'queued' or (r.status = 'waiting' and r.wait_until <= @now) or (r.status = 'running' and r.lease_until < @now)
            order by coalesce(busy.runs, 0), coalesce(r.wait_until, r.queued_at), r.created_at
            limit 1
            for update of r skip locked
        )
        update sync.runs r
        set attempts = case when r.status = 'running' then r.attempts + 1 else r.attempts end,
            status = 'running', lease_until = @until, lease_token = r.lease_token + 1, wait_until = null, error = null,
            started_at = coalesce(r.started_at, @now), version = r.version + 1
        from next
        where r.id = next.id
        returning r.id, r.integration_id, r.scope_path, r.sync_type, r.jql, r.streams, r.checkpoint, r.attempts, r.lease_token, r.trace_parent
        """;

    private const string Read = $"""
        select {SyncRun.Columns}, pg_notify(@moved, '') from sync.runs where id = @id
        """;

    private const string Extend = """
        update sync.runs set lease_until = @until where id = @id and lease_token = @leaseToken and status = 'running'
        """;

    private const string Return = """
        with returned as (
            update sync.runs set status = 'queued', lease_until = null, lease_token = lease_token + 1, version = version + 1
            where id = @id and lease_token = @leaseToken and status = 'running'
            returning id
        )
        select pg_notify(@queued, '') from returned
        """;

    private const string Requeue = """
        with requeued as (
            update sync.runs set status = 'queued', queued_at = @now, lease_until = null, lease_token = lease_token + 1, version = version + 1
            where id = @id and lease_token = @leaseToken and status = 'running'
            returning id
        )
        select pg_notify(@queued, ''), pg_notify(@moved, '') from requeued
        """;

    private const string AnyDue = """
        select exists (
            select from sync.runs
            where id <> @id and (status = 'queued' or (status = 'waiting' and wait_until <= @now) or (status = 'running' and lease_until < @now)))
        """;
}
