using System.Globalization;
using System.Text.Json;
using Hub.SharedKernel.Data;
using Hub.Sync.Connectors;
using MediatR;

namespace Hub.Sync.Runs;

/// <summary>Ends a run whose streams are read: each settles what follows from it. Deletions beyond the guard wait for a person's word.</summary>
internal sealed class RunEnding(Db db, IMediator mediator, TimeProvider time, RunLedger ledger, IServiceProvider unit, SyncOptions options)
{
    /// <param name="run">The claim.</param>
    /// <param name="streams">What was read, confirmed.</param>
    /// <param name="ct">Cancels the end.</param>
    /// <exception cref="LeaseLost">Nothing was written.</exception>
    public Task Finish(ClaimedRun run, IReadOnlyList<(IStream Stream, StreamCheckpoint At)> streams, CancellationToken ct) => ledger.InFence(run, async () =>
    {
        var ends = new List<StreamEnd>();
        foreach (var (stream, at) in streams)
            ends.Add(await stream.Settle(at.State!.Value, unit, ct));
        var checkpoint = new Checkpoint
        {
            Streams = [.. streams.Select(stream => stream.At)],
            Held = ends.Select(end => end.Quarantine).FirstOrDefault(held => held is not null),
        };
        var deleted = ends.Sum(end => end.Deleted);
        if (checkpoint.Held is { } held)
            await Quarantine(run.Id, checkpoint, held, deleted, ct);
        else
            await Complete(new EndedRun(run.Id, run.IntegrationId, run.ScopePath, run.SyncType), checkpoint, deleted, Remark(ends), ct);
    }, ct);

    /// <summary>The last statement of a run that did what it could.</summary>
    public async Task Complete(EndedRun run, Checkpoint checkpoint, int deleted, string? remark, CancellationToken ct)
    {
        await db.Execute(ForgetSeen, new { run.Id }, ct);
        await mediator.Publish(new StreamsRead(run, checkpoint.Streams), ct);
        await ledger.Move(SetCompleted, new { run.Id, deleted, remark, now = time.GetUtcNow() }, ct);
    }

    private async Task Quarantine(Guid id, Checkpoint checkpoint, HeldDeletions held, int deleted, CancellationToken ct)
    {
        var finding = JsonSerializer.SerializeToElement(new { would_delete = held.WouldDelete, stored = held.Stored, sample = held.Sample });
        var guard = options.DeleteGuardPercent.ToString(CultureInfo.InvariantCulture);
        var error = $"This run would delete {held.WouldDelete} of {held.Stored} stored tickets; without approval at most {guard} % are. Approve or reject it.";
        await ledger.Move(SetQuarantined, new { id, checkpoint = checkpoint.ToJson(), finding, error, deleted }, ct);
    }

    private static string? Remark(IEnumerable<StreamEnd> ends) =>
        string.Join(" ", ends.Select(end => end.Remark).OfType<string>()) is { Length: > 0 } remark ? remark : null;

    private const string SetCompleted = $"""
        update sync.runs
        set status = 'completed', deleted = deleted + @deleted, error = @remark, progress = 1, quarantine = null, current_stream = null,
            completed_at = @now, lease_until = null, version = version + 1
        where id = @id
        returning {SyncRun.Columns}, pg_notify('{RunSignals.Moved}', '')
        """;

    private const string SetQuarantined = $"""
        update sync.runs
        set status = 'quarantined', checkpoint = @checkpoint, quarantine = @finding, error = @error, deleted = deleted + @deleted, progress = 1,
            current_stream = null, lease_until = null, version = version + 1
        where id = @id
        returning {SyncRun.Columns}, pg_notify('{RunSignals.Moved}', '')
        """;

    private const string ForgetSeen = """
        delete from sync.run_seen where run_id = @id
        """;
}

/// <summary>A run that has come to its end.</summary>
internal sealed record EndedRun(Guid Id, long IntegrationId, IReadOnlyList<long> ScopePath, SyncType SyncType);

/// <summary>All streams of a run were read to their end. Published inside the transaction that completes it.</summary>
/// <param name="Run">Which run.</param>
/// <param name="Streams">Each with its beginning and its counts.</param>
internal sealed record StreamsRead(EndedRun Run, IReadOnlyList<StreamCheckpoint> Streams) : INotification;
