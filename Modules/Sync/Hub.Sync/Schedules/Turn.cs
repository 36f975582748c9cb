using Hub.Sync.Runs;

namespace Hub.Sync.Schedules;

/// <summary>
/// What is done with a schedule that is due: a run is started, or passed over and why, and it comes due again after now. However long nobody looked, that
/// is one run and not one for each occurrence.
/// </summary>
/// <param name="Start">Whether to start a run.</param>
/// <param name="Skip">Why none is started, for people.</param>
/// <param name="Next">When it comes due again.</param>
internal sealed record Turn(bool Start, string? Skip, DateTimeOffset Next)
{
    /// <summary>Why a run that was to be started was not: between looking and starting somebody else started one.</summary>
    public const string Overtaken = "Another run of this integration had just been started.";

    /// <summary>What this process does not understand another one may, with newer time zones.</summary>
    private static readonly TimeSpan NotUnderstood = TimeSpan.FromHours(1);

    public static Turn Of(DueSchedule due, DateTimeOffset now)
    {
        var occurrence = due.NextRunAt.AddMilliseconds(-due.JitterMs);
        if (due.Timing.After(occurrence > now ? occurrence : now) is not { } next)
            return new Turn(false, $"The hub could not tell when {due.Cron} comes next in the time zone {due.TimeZone}.", now + NotUnderstood);
        var skip = due.LiveStatus switch
        {
            null => null,
            RunStatus.Quarantined => $"Run {due.LiveRunId} was waiting for approval.",
            _ => $"Run {due.LiveRunId} had not ended yet.",
        };
        return new Turn(skip is null, skip, next.AddMilliseconds(due.JitterMs));
    }
}

/// <summary>A schedule that is due, held by this transaction, with the live run of its integration.</summary>
internal sealed record DueSchedule
{
    public required long IntegrationId { get; init; }
    public required IReadOnlyList<long> ScopePath { get; init; }
    public int? IntervalMinutes { get; init; }
    public string? Cron { get; init; }
    public required string TimeZone { get; init; }
    public required SyncType SyncType { get; init; }
    public DateTimeOffset AnchoredAt { get; init; }
    public int JitterMs { get; init; }
    public DateTimeOffset NextRunAt { get; init; }
    public Guid? LiveRunId { get; init; }
    public RunStatus? LiveStatus { get; init; }

    public Timing Timing => new(IntervalMinutes, Cron, TimeZone, AnchoredAt);
}
