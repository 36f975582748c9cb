using System.Globalization;
using System.Text.Json.Serialization;
using Hub.SharedKernel.Http;
using Hub.Sync.Runs;

namespace Hub.Sync.Schedules;

/// <summary>When an integration is synchronised by itself.</summary>
internal sealed record Schedule : IVersioned
{
    private const int Shown = 5;

    public required long IntegrationId { get; init; }

    /// <summary>Null with a cron expression.</summary>
    public int? IntervalMinutes { get; init; }

    /// <summary>Null with an interval.</summary>
    public string? Cron { get; init; }

    /// <summary>The expression's time zone, IANA.</summary>
    public required string TimeZone { get; init; }
    public required SyncType SyncType { get; init; }
    public required bool Enabled { get; init; }

    /// <summary>Its integration is disabled: it goes on from the moment when that is enabled.</summary>
    public bool Paused { get; init; }

    /// <summary>By how much each start comes after its occurrence, so that many do not start at once.</summary>
    public int JitterMs { get; init; }

    /// <summary>When the next run starts, <see cref="JitterMs"/> included; null while it is off or paused.</summary>
    public DateTimeOffset? NextRunAt { get; init; }

    /// <summary>The next five occurrences, without <see cref="JitterMs"/>; empty while it is off or paused.</summary>
    public IReadOnlyList<DateTimeOffset> NextOccurrences =>
        NextRunAt is { } next ? [.. Timing.From(next.AddMilliseconds(-JitterMs)).Take(Shown)] : [];

    /// <summary>The last run that it started.</summary>
    public Guid? LastRunId { get; init; }
    public DateTimeOffset? LastStartedAt { get; init; }

    /// <summary>Why no run was started when it was last passed over.</summary>
    public string? LastSkipReason { get; init; }
    public DateTimeOffset? LastSkippedAt { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
    public long Version { get; init; }

    [JsonIgnore]
    public IReadOnlyList<long> ScopePath { get; init; } = [];

    [JsonIgnore]
    public DateTimeOffset AnchoredAt { get; init; }

    [JsonIgnore]
    public int PeriodMinutes { get; init; }

    [JsonIgnore]
    public long Turns { get; init; }

    string IVersioned.Tag => string.Create(CultureInfo.InvariantCulture, $"{Version}.{Turns}");

    internal Timing Timing => new(IntervalMinutes, Cron, TimeZone, AnchoredAt);

    /// <summary>What a person set, for the audit log.</summary>
    internal object Wanted => new { IntervalMinutes, Cron, TimeZone, SyncType, Enabled };

    /// <summary>The same schedule with its next start planned after a moment; none while it is off or paused.</summary>
    internal Schedule PlannedAfter(DateTimeOffset moment) =>
        this with { NextRunAt = Enabled && !Paused ? Timing.After(moment)?.AddMilliseconds(JitterMs) : null };

    internal const string Columns = """
        integration_id, scope_path, interval_minutes, cron, time_zone, period_minutes, sync_type, enabled, paused, anchored_at, jitter_ms, next_run_at,
        last_run_id, last_started_at, last_skip_reason, last_skipped_at, turns, version, created_at, updated_at
        """;
}
