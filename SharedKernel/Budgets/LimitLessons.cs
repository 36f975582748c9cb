namespace Hub.SharedKernel.Budgets;

/// <summary>What an answer teaches about a limit. Within a window the provider's count only ever lowers ours: it does not know of calls on their way.</summary>
internal static class LimitLessons
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(24);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(15);

    // Resets are told in whole seconds, by clocks in whole seconds.
    private static readonly TimeSpan Rounding = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SameWindow = TimeSpan.FromSeconds(5);

    /// <param name="known">The limit as it is stored; a new one has no numbers.</param>
    /// <param name="reading">What the answer says.</param>
    /// <param name="unpaid">Calls behind this answer that were made before anybody counted.</param>
    /// <param name="now">The hub's clock at the answer.</param>
    public static LimitState Learn(LimitState known, LimitReading reading, int unpaid, DateTimeOffset now)
    {
        var limit = Count(BudgetRules.Roll(known, now), reading, unpaid, now) with { ObservedAt = now };
        return reading.Refused ? Pause(limit, reading, now) : limit;
    }

    /// <summary>The call that tried was taken: the pause is over for all.</summary>
    public static LimitState Proven(LimitState known, DateTimeOffset now) =>
        known.PausedUntil > now ? known : known with { PausedUntil = null, ProbeUntil = null, BackoffStep = 0 };

    /// <summary>Whether an answer says anything that must be stored at once; what only confirms our own count need not be.</summary>
    public static bool IsNews(LimitState known, LimitReading reading, DateTimeOffset now)
    {
        if (reading.Refused)
            return true;
        if (!reading.Counts)
            return false;
        if (known.Remaining is not { } ours || (reading.Capacity is { } capacity && capacity != known.Capacity))
            return true;
        var otherWindow = reading.Refill is null && reading.ResetsIn is { } resets && known.ResetsAt is { } reset
            && (now + Bounded(resets) + Rounding - reset).Duration() > SameWindow;
        // Others use the credential too. A tenth is left to chance while there is plenty.
        return otherWindow || reading.Remaining < ours - (ours / 10);
    }

    private static LimitState Count(LimitState limit, LimitReading reading, int unpaid, DateTimeOffset now)
    {
        if (!reading.Counts)
            return limit;
        var left = Math.Max(0, reading.Remaining!.Value);
        var reset = now + Bounded((reading.ResetsIn ?? reading.Window)!.Value) + Rounding;
        var paid = Math.Max(0, (limit.Remaining ?? left) - unpaid);
        // A window that ends later than the one we know of is a new one, unless we only assumed that ours had begun.
        var later = reading.Refill is null && reset > limit.ResetsAt + SameWindow && !(limit.ObservedAt < limit.ResetsAt - limit.Window);
        var fresh = limit.Remaining is null || limit.ResetsAt is null || later;
        var same = limit.ResetsAt is { } ours && (reading.Refill is not null || (reset - ours).Duration() <= SameWindow);
        return limit with
        {
            Capacity = Math.Max(left, reading.Capacity ?? limit.Capacity ?? left),
            Remaining = fresh ? left : Math.Min(paid, left),
            ResetsAt = same && limit.Remaining is not null ? limit.ResetsAt : reset,
            WindowSeconds = reading.Window?.TotalSeconds ?? limit.WindowSeconds,
            Refill = reading.Refill ?? limit.Refill,
        };
    }

    private static LimitState Pause(LimitState limit, LimitReading reading, DateTimeOffset now)
    {
        // Calls that were on their way together are refused together: that is one refusal.
        var again = limit.PausedUntil > now;
        var step = Math.Min(30, again ? Math.Max(1, limit.BackoffStep) : limit.BackoffStep + 1);
        var length = reading.Pause is { } asked
            ? Bounded(asked)
            : TimeSpan.FromSeconds(Math.Min(LongestBackoff.TotalSeconds, reading.Backoff!.Value.TotalSeconds * Math.Pow(2, step - 1)));
        var until = now + length;
        return limit with { PausedUntil = again && limit.PausedUntil > until ? limit.PausedUntil : until, ProbeUntil = null, BackoffStep = step };
    }

    private static TimeSpan Bounded(TimeSpan told) => told < TimeSpan.Zero ? TimeSpan.Zero : told < LongestPause ? told : LongestPause;
}
