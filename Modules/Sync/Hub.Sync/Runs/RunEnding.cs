using System.Globalization;
using System.Text.Json;
using Hub.SharedKernel.Data;
using Hub.Sync.Tickets;

namespace Hub.Sync.Runs;

/// <summary>Ends a run whose walk is through: what a full walk did not meet is deleted, unless that is doubtful or too much at once.</summary>
internal sealed class RunEnding(Db db, TimeProvider time, RunLedger ledger, Watermarks watermarks, Tombstones tombstones, SyncOptions options)
{
    public Task Finish(ClaimedRun run, Checkpoint checkpoint, CancellationToken ct) => ledger.InFence(run, async () =>
    {
        if (run.SyncType is not SyncType.Manual && checkpoint.Reached is { } reached)
            await watermarks.Advance(run, checkpoint.QueryHash, reached, ct);
        var deleted = 0;
        if (checkpoint is { FindsDeleted: true, Doubt: null })
        {
            var walk = new Walk(run.Id, run.IntegrationId, checkpoint.SiteKey, checkpoint.Began);
            var census = await tombstones.Count(walk, ct);
            if (census.Exceeds(options.DeleteGuardPercent))
            {
                await Quarantine(walk, census, ct);
                return;
            }

            if (census.Unseen > 0)
                deleted = await tombstones.Raise(walk, run.ScopePath, ct);
        }

        await Complete(run.Id, deleted, Remark(checkpoint), ct);
    }, ct);

    /// <summary>The last statement of a run that did what it could.</summary>
    public async Task Complete(Guid runId, int deleted, string? remark, CancellationToken ct)
    {
        await db.Execute(ForgetSeen, new { runId }, ct);
        await ledger.Move(SetCompleted, new { runId, deleted, remark, now = time.GetUtcNow() }, ct);
    }

    private async Task Quarantine(Walk walk, Census census, CancellationToken ct)
    {
        var sample = await tombstones.Sample(walk, ct);
        var finding = JsonSerializer.SerializeToElement(new { would_delete = census.Unseen, stored = census.Stored, sample });
        var guard = options.DeleteGuardPercent.ToString(CultureInfo.InvariantCulture);
        var error = $"This run would delete {census.Unseen} of {census.Stored} stored tickets; without approval at most {guard} % are. Approve or reject it.";
        await ledger.Move(SetQuarantined, new { walk.RunId, finding, error }, ct);
    }

    private static string? Remark(Checkpoint checkpoint) =>
        checkpoint is { FindsDeleted: true, Doubt: { } doubt } ? $"Nothing was deleted, because {doubt}. The next full run will tell." : null;

    private const string SetCompleted = $"""
        update sync.runs
        set status = 'completed', deleted = deleted + @deleted, error = @remark, progress = 1, quarantine = null, current_stream = null,
            completed_at = @now, lease_until = null, version = version + 1
        where id = @runId
        returning {SyncRun.Columns}, pg_notify('{RunSignals.Moved}', '')
        """;

    private const string SetQuarantined = $"""
        update sync.runs
        set status = 'quarantined', quarantine = @finding, error = @error, progress = 1, current_stream = null, lease_until = null, version = version + 1
        where id = @runId
        returning {SyncRun.Columns}, pg_notify('{RunSignals.Moved}', '')
        """;

    private const string ForgetSeen = """
        delete from sync.run_seen where run_id = @runId
        """;
}
