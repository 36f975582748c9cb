namespace Hub.Sync.Schedules;

/// <summary>
/// When a schedule comes due: every so many minutes counted from an anchor, which never drifts, or by a cron expression in a time zone. Where clocks go
/// forward, a cron time in the skipped hour comes right after it; where they go back, a fixed time comes once and one that repeats (<c>*</c>, ranges,
/// steps) comes in both hours.
/// </summary>
/// <param name="IntervalMinutes">The interval; null with a cron expression.</param>
/// <param name="Cron">Minute, hour, day of month, month, day of week.</param>
/// <param name="TimeZone">The expression's, IANA.</param>
/// <param name="Anchor">Where intervals are counted from.</param>
internal sealed record Timing(int? IntervalMinutes, string? Cron, string TimeZone, DateTimeOffset Anchor)
{
    /// <summary>The most by which a start is put off.</summary>
    public static readonly TimeSpan MostJitter = TimeSpan.FromMinutes(1);

    private const double JitterShare = 0.1;

    /// <summary>Many enough that hours, nights and weekends of most patterns are among them, few enough to look through at once.</summary>
    private const int OccurrencesToSee = 5000;

    /// <summary>The first occurrence after a moment; null when the expression or the time zone is not understood here.</summary>
    public DateTimeOffset? After(DateTimeOffset moment)
    {
        if (IntervalMinutes is not { } minutes)
            return ZoneName.Find(TimeZone) is { } zone ? CronText.Read(Cron)?.GetNextOccurrence(moment, zone)?.ToUniversalTime() : null;
        var interval = TimeSpan.FromMinutes(minutes);
        var passed = moment < Anchor ? 0 : (moment - Anchor).Ticks / interval.Ticks;
        return Anchor + (interval * (passed + 1));
    }

    /// <summary>Occurrences from one of them on, itself included.</summary>
    public IEnumerable<DateTimeOffset> From(DateTimeOffset occurrence)
    {
        for (DateTimeOffset? next = occurrence; next is { } at; next = After(at))
            yield return at;
    }

    /// <summary>
    /// By how much this integration's starts are put off: always by the same, from nothing up to a tenth of the narrowest gap between occurrences and at
    /// most <see cref="MostJitter"/>, neighbours far from each other.
    /// </summary>
    public TimeSpan Jitter(long integrationId, DateTimeOffset now)
    {
        var most = Gaps(now).DefaultIfEmpty(TimeSpan.Zero).Min() * JitterShare;
        return TimeSpan.FromMilliseconds(Math.Floor((most < MostJitter ? most : MostJitter).TotalMilliseconds * Spread(integrationId)));
    }

    /// <summary>The longest time between two occurrences.</summary>
    public TimeSpan Period(DateTimeOffset now) => Gaps(now).DefaultIfEmpty(TimeSpan.Zero).Max();

    private IEnumerable<TimeSpan> Gaps(DateTimeOffset now)
    {
        if (IntervalMinutes is { } minutes)
            return [TimeSpan.FromMinutes(minutes)];
        var ahead = After(now) is { } next ? From(next).Take(OccurrencesToSee).ToArray() : [];
        return ahead.Zip(ahead.Skip(1), (one, other) => other - one);
    }

    /// <summary>Somewhere from 0 to 1, far from the neighbours' places: multiples of the golden ratio.</summary>
    private static double Spread(long id) => ((ulong)id * 11400714819323198485UL >> 11) / (double)(1UL << 53);
}
