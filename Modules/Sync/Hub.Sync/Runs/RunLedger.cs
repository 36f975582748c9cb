using Hub.SharedKernel.Data;
using Hub.Sync.Contracts;
using Hub.Sync.Tickets;
using MediatR;

namespace Hub.Sync.Runs;

/// <summary>Writes what happens to a claimed run: pages, waits, its end. Each in one transaction, fenced by the claim.</summary>
internal sealed class RunLedger(Db db, IMediator mediator, TimeProvider time, TicketWriter tickets, Watermarks watermarks)
{
    /// <summary>Remembers the plan of a run before its first page.</summary>
    public Task Begin(ClaimedRun run, Checkpoint checkpoint, CancellationToken ct) =>
        InFence(run, () => Move(SetPlan, new { run.Id, checkpoint = checkpoint.ToJson() }, ct), ct);

    /// <summary>Stores a page with everything that follows from it. The number of statements does not depend on the number of issues.</summary>
    /// <param name="run">The claim.</param>
    /// <param name="page">Issues as tickets, without repetition, and how many could not be read.</param>
    /// <param name="after">Where the run stands once the page is stored.</param>
    /// <param name="progress">0-1 where it is known.</param>
    /// <param name="ct">Cancels the write.</param>
    /// <exception cref="LeaseLost">Nothing was written.</exception>
    public Task StorePage(ClaimedRun run, ReadPage page, Checkpoint after, double? progress, CancellationToken ct) => InFence(run, async () =>
    {
        var outcome = await tickets.Write(new TicketSource(run.IntegrationId, run.ScopePath, after.SiteKey, ByWalk: true, page.AskedAt), page.Tickets, ct);
        if (after.FindsDeleted && page.Tickets.Count > 0)
            await db.Execute(NoteSeen, new { run.Id, ids = page.Tickets.Select(ticket => ticket.ExternalId).ToArray() }, ct);
        if (after is { InOrderOfChange: true, Ordered: true, Newest: { } newest })
            await watermarks.Advance(run, after.QueryHash, newest, ct);
        await Move(AddPage, new
        {
            run.Id,
            checkpoint = after.ToJson(),
            processed = page.Tickets.Count + page.Unreadable,
            created = outcome.Created,
            updated = outcome.Updated,
            unchanged = outcome.Unchanged,
            failed = page.Unreadable,
            progress,
        }, ct);
    }, ct);

    public Task Wait(ClaimedRun run, DateTimeOffset until, int attempts, string message, CancellationToken ct) =>
        InFence(run, () => Move(SetWaiting, new { run.Id, until, attempts, message }, ct), ct);

    public Task Fail(ClaimedRun run, string reason, string message, CancellationToken ct) => InFence(run, async () =>
    {
        await db.Execute(ForgetSeen, new { run.Id }, ct);
        await Move(SetFailed, new { run.Id, reason, message, now = time.GetUtcNow() }, ct);
    }, ct);

    public Task Cancel(ClaimedRun run, string message, CancellationToken ct) => InFence(run, async () =>
    {
        await db.Execute(ForgetSeen, new { run.Id }, ct);
        await Move(SetCancelled, new { run.Id, message, now = time.GetUtcNow() }, ct);
    }, ct);

    /// <summary>Says how a real call went, for the integration's health.</summary>
    public async Task TellHealth(IntegrationCalled call, CancellationToken ct)
    {
        await using var tx = await db.Begin(ct);
        await mediator.Publish(call, ct);
        await tx.Commit(ct);
    }

    /// <summary>Works in a transaction that holds the run's row: first the run, then its tickets, in every writer, so that none waits crosswise.</summary>
    internal async Task InFence(ClaimedRun run, Func<Task> work, CancellationToken ct)
    {
        await using var tx = await db.Begin(ct);
        if (await db.First<Guid?>(Hold, new { run.Id, run.LeaseToken }, ct) is null)
            throw new LeaseLost();
        await work();
        await tx.Commit(ct);
    }

    /// <summary>One change of the run's row, told to the other modules and to whoever watches.</summary>
    internal async Task Move(string sql, object parameters, CancellationToken ct)
    {
        var run = await db.One<SyncRun>(sql, parameters, ct);
        await mediator.Publish(run.Announce(), ct);
    }

    private const string Hold = """
        select id from sync.runs where id = @id and lease_token = @leaseToken and status = 'running' for update
        """;

    private const string SetPlan = $"""
        update sync.runs set checkpoint = @checkpoint, current_stream = 'issues', version = version + 1
        where id = @id
        returning {SyncRun.Columns}, pg_notify('{RunSignals.Moved}', '')
        """;

    private const string NoteSeen = """
        insert into sync.run_seen (run_id, external_id) select @id, unnest(@ids) on conflict do nothing
        """;

    private const string AddPage = $"""
        update sync.runs
        set checkpoint = @checkpoint, processed = processed + @processed, created = created + @created, updated = updated + @updated,
            unchanged = unchanged + @unchanged, failed = failed + @failed, progress = @progress, attempts = 0, version = version + 1
        where id = @id
        returning {SyncRun.Columns}, pg_notify('{RunSignals.Moved}', '')
        """;

    private const string SetWaiting = $"""
        update sync.runs
        set status = 'waiting', wait_until = @until, attempts = @attempts, error = @message, lease_until = null, version = version + 1
        where id = @id
        returning {SyncRun.Columns}, pg_notify('{RunSignals.Moved}', '')
        """;

    private const string SetFailed = $"""
        update sync.runs
        set status = 'failed', error = @message, error_reason = @reason, completed_at = @now, lease_until = null, version = version + 1
        where id = @id
        returning {SyncRun.Columns}, pg_notify('{RunSignals.Moved}', '')
        """;

    private const string SetCancelled = $"""
        update sync.runs
        set status = 'cancelled', error = @message, completed_at = @now, lease_until = null, version = version + 1
        where id = @id
        returning {SyncRun.Columns}, pg_notify('{RunSignals.Moved}', '')
        """;

    private const string ForgetSeen = """
        delete from sync.run_seen where run_id = @id
        """;
}
