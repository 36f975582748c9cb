using Hub.SharedKernel.Data;

namespace Hub.Sync.Schedules;

/// <summary>
/// Schedules and the one order in which whoever changes them takes locks: first the integration's place, then its schedule, then its runs. So a schedule
/// that is being made and an integration that is being disabled or deleted at the same moment know of each other.
/// </summary>
internal sealed class ScheduleStore(Db db, TimeProvider time)
{
    /// <summary>Keeps others away from this integration's schedule until the transaction ends, also while there is none yet.</summary>
    public Task Hold(long integrationId, CancellationToken ct) => db.Execute(TakePlace, new { integrationId }, ct);

    /// <returns>Null when there is none that this scope sees.</returns>
    public Task<Schedule?> Find(long integrationId, long scope, CancellationToken ct) => db.First<Schedule>(Select, new { integrationId, scope }, ct);

    /// <summary>The same for a change, which <see cref="Hold"/> and whoever works on due schedules wait for.</summary>
    public Task<Schedule?> Lock(long integrationId, long scope, CancellationToken ct) => db.First<Schedule>(SelectToChange, new { integrationId, scope }, ct);

    public Task<Schedule> Save(Schedule schedule, CancellationToken ct) => db.One<Schedule>(Upsert, new
    {
        schedule.IntegrationId,
        schedule.ScopePath,
        schedule.IntervalMinutes,
        schedule.Cron,
        schedule.TimeZone,
        schedule.PeriodMinutes,
        syncType = schedule.SyncType.ToString().ToLowerInvariant(),
        schedule.Enabled,
        schedule.Paused,
        schedule.AnchoredAt,
        schedule.JitterMs,
        schedule.NextRunAt,
        now = time.GetUtcNow(),
    }, ct);

    /// <summary>Its integration was disabled: nothing comes due until <see cref="Resume"/>.</summary>
    public async Task Pause(long integrationId, CancellationToken ct)
    {
        await Hold(integrationId, ct);
        await db.Execute(SetPaused, new { integrationId }, ct);
    }

    /// <summary>Its integration was enabled: it goes on from now; what was missed is not made up for.</summary>
    public async Task Resume(long integrationId, CancellationToken ct)
    {
        await Hold(integrationId, ct);
        if (await db.First<Schedule>(SelectPaused, new { integrationId }, ct) is not { } paused)
            return;
        var resumed = (paused with { Paused = false }).PlannedAfter(time.GetUtcNow());
        await db.Execute(SetResumed, new { integrationId, resumed.NextRunAt }, ct);
    }

    public async Task Forget(long integrationId, CancellationToken ct)
    {
        await Hold(integrationId, ct);
        await db.Execute(Delete, new { integrationId }, ct);
    }

    private const string TakePlace = "select pg_advisory_xact_lock(hashtextextended('hub.sync_schedule', @integrationId))";

    private const string Select = $"""
        select {Schedule.Columns} from sync.schedules where integration_id = @integrationId and scope_path @> array[@scope]::bigint[]
        """;

    private const string SelectToChange = $"{Select} for update";

    private const string SelectPaused = $"""
        select {Schedule.Columns} from sync.schedules where integration_id = @integrationId and paused for update
        """;

    private const string Upsert = $"""
        insert into sync.schedules as s (
            integration_id, scope_path, interval_minutes, cron, time_zone, period_minutes, sync_type, enabled, paused, anchored_at, jitter_ms, next_run_at,
            created_at, updated_at)
        values (
            @integrationId, @scopePath, @intervalMinutes, @cron, @timeZone, @periodMinutes, @syncType, @enabled, @paused, @anchoredAt, @jitterMs, @nextRunAt,
            @now, @now)
        on conflict (integration_id) do update set
            interval_minutes = excluded.interval_minutes, cron = excluded.cron, time_zone = excluded.time_zone,
            period_minutes = excluded.period_minutes, sync_type = excluded.sync_type, enabled = excluded.enabled, paused = excluded.paused,
            anchored_at = excluded.anchored_at, jitter_ms = excluded.jitter_ms, next_run_at = excluded.next_run_at, version = s.version + 1, updated_at = excluded.updated_at
        returning {Schedule.Columns}
        """;

    private const string SetPaused = """
        update sync.schedules set paused = true, next_run_at = null, turns = turns + 1 where integration_id = @integrationId and not paused
        """;

    private const string SetResumed = """
        update sync.schedules set paused = false, next_run_at = @nextRunAt, turns = turns + 1 where integration_id = @integrationId
        """;

    private const string Delete = "delete from sync.schedules where integration_id = @integrationId";
}
