using Hub.SharedKernel.Data;
using Hub.Sync.Runs;

namespace Hub.Sync.Schedules;

/// <summary>
/// Starts what is due, a batch at a time. Taking the schedules, queueing their runs with audit entries and planning the next time are one transaction of
/// four statements: whatever happens to this process, each occurrence is started once, by one hub.
/// </summary>
internal sealed class DueSchedules(Db db, RunQueue queue, TimeProvider time)
{
    public const int Batch = 200;
    private const string Requester = "schedule";

    /// <returns>How many were due.</returns>
    public async Task<int> Take(CancellationToken ct)
    {
        await using var tx = await db.Begin(ct);
        var now = time.GetUtcNow();
        var due = await db.List<DueSchedule>(TakeDue, new { now, batch = Batch }, ct);
        if (due.Count == 0)
            return 0;
        var turns = due.Select(one => (Due: one, Turn: Turn.Of(one, now))).ToArray();
        var queued = await queue.Enqueue(
            [.. turns.Where(one => one.Turn.Start).Select(one => new WantedRun(one.Due.IntegrationId, one.Due.ScopePath, one.Due.SyncType, Requester))], ct);
        var runs = queued.ToDictionary(run => run.IntegrationId, run => run.Id);
        await db.Execute(Plan, new
        {
            ids = turns.Select(one => one.Due.IntegrationId).ToArray(),
            nexts = turns.Select(one => one.Turn.Next.UtcDateTime).ToArray(),
            runs = turns.Select(one => runs.TryGetValue(one.Due.IntegrationId, out var run) ? run : (Guid?)null).ToArray(),
            skips = turns.Select(one => runs.ContainsKey(one.Due.IntegrationId) ? null : one.Turn.Skip ?? Turn.Overtaken).ToArray(),
            now,
        }, ct);
        await tx.Commit(ct);
        foreach (var (one, _) in turns)
            ScheduleMetrics.Turned(runs.ContainsKey(one.IntegrationId), now - one.NextRunAt);
        return due.Count;
    }

    // The first of each tenant, then the second of each: ten thousand of one keep nobody waiting.
    private const string TakeDue = """
        with due as materialized (
            select integration_id, row_number() over (partition by scope_path[2] order by next_run_at, integration_id) as place
            from sync.schedules
            where next_run_at <= @now
        ), picked as materialized (
            select s.integration_id, s.scope_path, s.interval_minutes, s.cron, s.time_zone, s.sync_type, s.anchored_at, s.jitter_ms, s.next_run_at
            from due
            join sync.schedules s on s.integration_id = due.integration_id
            where s.next_run_at <= @now
            order by due.place, s.next_run_at, s.integration_id
            limit @batch
            for update of s skip locked
        )
        select p.*, live.id as live_run_id, live.status as live_status
        from picked p
        left join lateral (
            select r.id, r.status
            from sync.runs r
            where r.integration_id = p.integration_id and r.status in ('queued', 'running', 'waiting', 'quarantined')
            limit 1
        ) live on true
        """;

    private const string Plan = """
        update sync.schedules s
        set next_run_at = t.next, turns = s.turns + 1,
            last_run_id = coalesce(t.run, s.last_run_id), last_started_at = case when t.run is null then s.last_started_at else @now end,
            last_skip_reason = coalesce(t.skip, s.last_skip_reason), last_skipped_at = case when t.skip is null then s.last_skipped_at else @now end
        from unnest(@ids::bigint[], @nexts::timestamptz[], @runs::uuid[], @skips::text[]) as t(id, next, run, skip)
        where s.integration_id = t.id
        """;
}
