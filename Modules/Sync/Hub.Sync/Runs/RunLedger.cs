using Hub.SharedKernel.Data;
using Hub.Sync.Connectors;
using Hub.Sync.Contracts;
using MediatR;

namespace Hub.Sync.Runs;

/// <summary>Writes what happens to a claimed run: pages, waits, its end. Each in one transaction, fenced by the claim.</summary>
internal sealed class RunLedger(Db db, IMediator mediator, TimeProvider time, IServiceProvider unit)
{
    /// <summary>Remembers the plan of a stream before its first page.</summary>
    public Task Begin(ClaimedRun run, Checkpoint checkpoint, string stream, CancellationToken ct) =>
        InFence(run, () => Move(SetPlan, new { run.Id, checkpoint = checkpoint.ToJson(), stream }, ct), ct);

    /// <summary>Stores a page with everything that follows from it. The number of statements does not depend on the number of records.</summary>
    /// <param name="run">The claim.</param>
    /// <param name="page">What was fetched.</param>
    /// <param name="before">Where the run stood.</param>
    /// <param name="stream">Whose page it is.</param>
    /// <param name="ct">Cancels the write.</param>
    /// <returns>Where the run stands now.</returns>
    /// <exception cref="LeaseLost">Nothing was written.</exception>
    public async Task<Checkpoint> StorePage(ClaimedRun run, StreamPage page, Checkpoint before, string stream, CancellationToken ct)
    {
        var after = before;
        await InFence(run, async () =>
        {
            var counts = await page.Store(unit, ct);
            var own = before.Streams.Single(other => other.Name == stream);
            after = before.With(own with
            {
                State = page.State,
                Done = page.Last,
                Read = own.Read + counts.Processed,
                Changed = own.Changed + counts.Created + counts.Updated + counts.Deleted,
            });
            await Move(AddPage, new
            {
                run.Id,
                stream,
                checkpoint = after.ToJson(),
                counts.Processed,
                counts.Created,
                counts.Updated,
                counts.Unchanged,
                counts.Deleted,
                counts.Failed,
                progress = Progress(after, page),
            }, ct);
        }, ct);
        return after;
    }

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

    /// <summary>Works in a transaction that holds the run's row: first the run, then its records, in every writer, so that none waits crosswise.</summary>
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

    // Every stream counts alike: how large those are that were not read yet, nobody knows.
    private static double? Progress(Checkpoint after, StreamPage page) =>
        page.Last || page.Progress is not null
            ? (after.Streams.Count(stream => stream.Done) + (page.Last ? 0 : page.Progress!.Value)) / after.Streams.Count
            : null;

    private const string Hold = """
        select id from sync.runs where id = @id and lease_token = @leaseToken and status = 'running' for update
        """;

    private const string SetPlan = $"""
        update sync.runs set checkpoint = @checkpoint, current_stream = @stream, version = version + 1
        where id = @id
        returning {SyncRun.Columns}, pg_notify('{RunSignals.Moved}', '')
        """;

    private const string AddPage = $"""
        update sync.runs
        set checkpoint = @checkpoint, current_stream = @stream, processed = processed + @processed, created = created + @created,
            updated = updated + @updated, unchanged = unchanged + @unchanged, deleted = deleted + @deleted, failed = failed + @failed,
            progress = @progress, attempts = 0, version = version + 1
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
