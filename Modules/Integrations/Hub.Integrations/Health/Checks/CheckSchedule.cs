namespace Hub.Integrations.Health.Checks;

/// <summary>
/// When an integration is looked at next. Each has a place of its own in the interval, derived from its id, so that checks stay spread out whatever
/// happens to the hub. What may pass by itself is looked at again soon; a refused credential is not, because providers lock accounts that keep trying.
/// </summary>
internal static class CheckSchedule
{
    private static readonly TimeSpan LeastWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MostThrottle = TimeSpan.FromHours(24);
    private static readonly TimeSpan[] Backoff =
        [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15)];

    /// <summary>The next time at the integration's own place, at least half an interval and less than one and a half away.</summary>
    public static DateTimeOffset Regular(long id, DateTimeOffset now, TimeSpan interval)
    {
        var earliest = now + (interval / 2);
        var place = (long)(Spread(id) * interval.Ticks);
        var ahead = (place - (earliest.UtcTicks % interval.Ticks) + interval.Ticks) % interval.Ticks;
        return earliest.AddTicks(ahead);
    }

    /// <summary>For one that is new, was switched on, or was changed: within a minute or two, so that its owner is done with it first.</summary>
    public static DateTimeOffset First(long id, DateTimeOffset now) => now + LeastWait + (LeastWait * Spread(id));

    /// <param name="id">Whose.</param>
    /// <param name="after">Its health, with this observation in it.</param>
    /// <param name="breaker">Its breaker, likewise.</param>
    /// <param name="seen">What was observed.</param>
    /// <param name="interval">The setting.</param>
    public static DateTimeOffset After(long id, HealthState after, Breaker breaker, Observation seen, TimeSpan interval)
    {
        var regular = Regular(id, seen.At, interval);
        var next = seen switch
        {
            { Ok: true } => regular,
            { Reason: FailureReason.RateLimited } => Later(regular, seen.At + Shorter(seen.RetryAfter ?? TimeSpan.Zero, MostThrottle)),
            _ when breaker is { OpenUntil: { } until } && Passes(seen.Reason) => until,
            _ when Passes(seen.Reason) => seen.At + Shorter(Backoff[Math.Clamp(after.Failures, 1, Backoff.Length) - 1], interval),
            _ => regular,
        };
        return breaker.OpenUntil is { } closed ? Later(next, closed) : next;
    }

    private static bool Passes(string? reason) => HealthFold.MayPass(reason);

    /// <summary>Somewhere from 0 to 1, far from the neighbours' places: multiples of the golden ratio.</summary>
    private static double Spread(long id) => ((ulong)id * 11400714819323198485UL >> 11) / (double)(1UL << 53);

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
