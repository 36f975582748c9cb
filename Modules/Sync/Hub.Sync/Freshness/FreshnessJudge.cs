using Hub.SharedKernel.Data;
using Hub.Sync.Contracts;
using MediatR;

namespace Hub.Sync.Freshness;

/// <summary>
/// Raises and clears alarms: one statement for all streams, which returns only those whose alarm changed, and of many who judge at once exactly one tells.
/// </summary>
internal sealed class FreshnessJudge(Db db, IMediator mediator, TimeProvider time)
{
    public const int Batch = 200;

    /// <summary>Judges one integration inside the open transaction.</summary>
    public Task<int> Judge(long integrationId, CancellationToken ct) => Judge((long?)integrationId, ct);

    /// <summary>Judges everything, a batch of changes at a time.</summary>
    /// <returns>How many alarms changed; there may be more when it is a whole batch.</returns>
    public async Task<int> JudgeAll(CancellationToken ct)
    {
        await using var tx = await db.Begin(ct);
        var changed = await Judge(null, ct);
        await tx.Commit(ct);
        return changed;
    }

    private async Task<int> Judge(long? integrationId, CancellationToken ct)
    {
        var changed = await db.List<StreamFreshnessChanged>(Change, new { integrationId, now = time.GetUtcNow(), batch = Batch }, ct);
        foreach (var change in changed)
            await mediator.Publish(change, ct);
        return changed.Count;
    }

    private const string Change = $"""
        with judged as (
            select f.integration_id, f.stream, f.alarm as before, j.alarm, case j.alarm when 'stale' then due.at when 'empty_success' then f.empty_since end as since,
                   t.minutes
            from {StreamFreshness.From}
            cross join lateral (
                select case when f.paused then null when due.at < @now then 'stale' when f.empty_since is not null then 'empty_success' end as alarm
            ) j
            where (@integrationId::bigint is null or f.integration_id = @integrationId) and f.alarm is distinct from j.alarm
            order by f.integration_id, f.stream
            limit @batch
            for update of f skip locked
        )
        update sync.stream_freshness f
        set alarm = judged.alarm, breached_since = judged.since
        from judged
        where f.integration_id = judged.integration_id and f.stream = judged.stream
        returning f.integration_id, f.integration_type, f.scope_path, f.stream, judged.before as alarm_before, f.alarm, f.breached_since as since,
                  f.fresh_as_of, judged.minutes as target_minutes, f.paused, f.last_read, f.usual_read
        """;
}
