namespace Hub.Sync.Runs;

/// <summary>When a run that was stopped by something passing is tried again.</summary>
internal static class Retry
{
    /// <summary>Failures in a row before a run is given up.</summary>
    public const int MostFailures = 6;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestAsked = TimeSpan.FromHours(24);

    private static readonly TimeSpan UnaskedPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    /// <param name="attempt">How many times in a row it failed, this one included.</param>
    /// <param name="first">The first wait; it doubles with each further one.</param>
    /// <param name="asked">What the provider asked for; never shortened, but for a day at most.</param>
    /// <param name="random">0 up to 1, spreads the waits of many runs.</param>
    public static TimeSpan After(int attempt, TimeSpan first, TimeSpan? asked, double random)
    {
        var doubled = Math.Min(Longest.TotalSeconds, first.TotalSeconds * Math.Pow(2, Math.Clamp(attempt - 1, 0, 30)));
        var own = TimeSpan.FromSeconds(doubled * (0.7 + 0.6 * random));
        return asked is not { } wait || wait < own ? own : wait < LongestAsked ? wait : LongestAsked;
    }

    /// <summary>Throttled is not failed: it counts for nothing, however long it goes on.</summary>
    public static TimeSpan AfterThrottle(TimeSpan? asked)
    {
        var wait = asked ?? UnaskedPause;
        return wait < ShortestPause ? ShortestPause : wait < LongestAsked ? wait : LongestAsked;
    }
}
