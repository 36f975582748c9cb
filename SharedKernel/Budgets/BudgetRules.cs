namespace Hub.SharedKernel.Budgets;

/// <summary>
/// How a limit is handed out: never more than what remains, from background work never what is kept for people, nothing during a pause, and after it one
/// call that tries.
/// </summary>
internal static class BudgetRules
{
    /// <summary>How long a process may use what it took.</summary>
    public static readonly TimeSpan GrantLife = TimeSpan.FromSeconds(5);

    /// <summary>How long the others wait for the call that tries.</summary>
    public static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(30);

    public const int LargestBatch = 64;

    // A batch is at most this part of what is left, so that the last calls are handed out one by one.
    private const int Part = 8;
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);

    /// <param name="capacity">Calls per window.</param>
    /// <param name="percent">Of them kept for people.</param>
    /// <returns>Calls that background work leaves; a limit of one call has none to keep.</returns>
    public static int Share(int? capacity, int percent) =>
        capacity is { } all ? (int)Math.Clamp(Math.Ceiling((double)all * percent / 100), 0, Math.Max(0, all - 1)) : 0;

    /// <param name="known">The limit as it is stored.</param>
    /// <param name="cost">What the call takes.</param>
    /// <param name="wanted">How much is liked in advance.</param>
    /// <param name="kept">What must be left.</param>
    /// <param name="now">The hub's clock.</param>
    /// <param name="random">0 up to 1, spreads those who wait for the call that tries.</param>
    public static Allotment Take(LimitState known, int cost, int wanted, int kept, DateTimeOffset now, double random)
    {
        var limit = Roll(known, now);
        if (limit.PausedUntil > now)
            return Allotment.Wait(limit, limit.PausedUntil.Value, LimitReason.Paused);
        if (limit.PausedUntil is not null && limit.ProbeUntil > now)
            return Allotment.Wait(limit, now + ShortestWait + (2 * random * ShortestWait), LimitReason.Tried);
        var probe = limit.PausedUntil is not null;
        if (limit.Remaining is { } left)
        {
            // A cost above the whole limit would never be granted.
            var due = Math.Min(cost, Math.Max(1, (limit.Capacity ?? cost) - kept));
            if (left - kept < due)
                return Allotment.Wait(limit, limit.ResetsAt ?? now + ShortestWait, left < due ? LimitReason.Spent : LimitReason.Kept);
            var granted = probe ? due : Math.Max(due, Math.Min(wanted, (left - kept) / Part));
            limit = limit with { Remaining = left - granted };
            return new Allotment(probe ? Probe(limit, now) : limit, granted, due, probe, null, LimitReason.None);
        }

        return new Allotment(probe ? Probe(limit, now) : limit, 0, 0, probe, null, LimitReason.None);
    }

    /// <summary>What its windows that are over brought back.</summary>
    public static LimitState Roll(LimitState limit, DateTimeOffset now)
    {
        if (limit.ResetsAt is not { } reset || reset > now)
            return limit;
        // Of a limit that was first heard of when it was used up, the size is not known: a bucket of no calls would never fill.
        if (limit.Capacity is { } capacity and > 0 && limit.Window is { } window && window > TimeSpan.Zero)
        {
            var over = 1 + (long)((now - reset) / window);
            return limit.Refill is { } refill
                ? limit with { Remaining = (int)Math.Min(capacity, (limit.Remaining ?? 0) + (over * refill)), ResetsAt = reset + (over * window) }
                : limit with { Remaining = capacity, ResetsAt = now + window };
        }

        // Nobody said what comes next: one call finds out.
        return limit with { Remaining = null, ResetsAt = null, PausedUntil = limit.PausedUntil > reset ? limit.PausedUntil : reset };
    }

    /// <summary>What a process took in this window and did not use.</summary>
    public static LimitState GiveBack(LimitState limit, int unused, DateTimeOffset? window) =>
        unused > 0 && limit.Remaining is { } left && limit.ResetsAt == window
            ? limit with { Remaining = Math.Min(limit.Capacity ?? int.MaxValue, left + unused) }
            : limit;

    private static LimitState Probe(LimitState limit, DateTimeOffset now) => limit with { ProbeUntil = now + ProbeTime };
}

/// <param name="After">The limit with what was taken.</param>
/// <param name="Granted">How much was taken; 0 when nobody counts.</param>
/// <param name="Due">How much of it the call itself takes.</param>
/// <param name="Probe">It is the call that tries.</param>
/// <param name="WaitUntil">Nothing was taken.</param>
/// <param name="Reason">Why.</param>
internal readonly record struct Allotment(LimitState After, int Granted, int Due, bool Probe, DateTimeOffset? WaitUntil, LimitReason Reason)
{
    public static Allotment Wait(LimitState limit, DateTimeOffset until, LimitReason reason) => new(limit, 0, 0, false, until, reason);
}

internal enum LimitReason
{
    None,

    /// <summary>The provider asked for a pause.</summary>
    Paused,

    /// <summary>The pause is over, and another call is trying it.</summary>
    Tried,

    /// <summary>Used up.</summary>
    Spent,

    /// <summary>What is left is kept for people.</summary>
    Kept,
}
