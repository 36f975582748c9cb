using Hub.Sync.Runs;

namespace Hub.Sync.Freshness;

/// <summary>How old the data of one stream of an integration is, and how old it may be.</summary>
internal sealed record StreamFreshness
{
    public required long IntegrationId { get; init; }
    public required string IntegrationType { get; init; }
    public required string Stream { get; init; }

    /// <summary>
    /// What was so at the provider then is here now: the beginning of the last completed run that read everything or what had changed. Null before the first.
    /// </summary>
    public DateTimeOffset? FreshAsOf { get; init; }
    public long? AgeSeconds { get; init; }

    /// <summary>The age that it may have; null when nothing is expected.</summary>
    public int? TargetMinutes { get; init; }

    /// <summary>set (by a person), schedule (twice its period), or null.</summary>
    public string? TargetSource { get; init; }

    /// <summary>Its integration is disabled: nothing is expected.</summary>
    public bool Paused { get; init; }
    public DateTimeOffset? LastSuccessAt { get; init; }
    public SyncType? LastSyncType { get; init; }

    /// <summary>Records that the last run read.</summary>
    public long? LastRead { get; init; }

    /// <summary>The median of what runs of that kind read.</summary>
    public long? UsualRead { get; init; }

    /// <summary>stale (older than its target), empty_success (runs succeed and read nothing where records are usual), or null.</summary>
    public string? Alarm { get; init; }
    public DateTimeOffset? BreachedSince { get; init; }

    /// <summary>Every stream <c>f</c> with its schedule <c>s</c>, its target <c>t.minutes</c> and when that is passed, <c>due.at</c>.</summary>
    internal const string From = """
        sync.stream_freshness f
        left join sync.schedules s on s.integration_id = f.integration_id
        cross join lateral (select coalesce(f.target_minutes, case when s.next_run_at is not null then 2 * s.period_minutes end) as minutes) t
        cross join lateral (select greatest(f.fresh_as_of, f.expected_since) + t.minutes * interval '1 minute' as at) due
        """;

    /// <summary>Needs <c>@now</c>.</summary>
    internal const string Columns = """
        f.integration_id, f.integration_type, f.stream, f.fresh_as_of, extract(epoch from @now - f.fresh_as_of)::bigint as age_seconds,
        t.minutes as target_minutes, case when f.target_minutes is not null then 'set' when t.minutes is not null then 'schedule' end as target_source,
        f.paused, f.last_success_at, f.last_sync_type, f.last_read, f.usual_read, f.alarm, f.breached_since
        """;
}
