namespace Hub.SharedKernel.Budgets;

/// <summary>One look at a credential's limits: gives back what was not used, and takes what the next calls need from all limits they draw on, or from none.</summary>
/// <param name="Holding">The process's own.</param>
/// <param name="Before">What the process had taken, and how much it likes next.</param>
/// <param name="Urgency">Who asks.</param>
/// <param name="Percent">What background work leaves.</param>
internal sealed record BudgetShare(
    Holding Holding, IReadOnlyDictionary<LimitKey, (int Unused, int Wanted, DateTimeOffset? Window)> Before, Urgency Urgency, int Percent)
{
    /// <param name="rows">All limits of the credential.</param>
    /// <param name="draws">What the call draws on; null when there is no call.</param>
    /// <param name="now">The hub's clock.</param>
    /// <param name="random">0 up to 1.</param>
    /// <returns>What the call gets, the limits after it, and what is left of the batches.</returns>
    public (Taken Taken, IReadOnlyList<LimitState> After, IReadOnlyDictionary<LimitKey, (int Left, int Batch)> Held) Of(
        IReadOnlyList<LimitState> rows, IReadOnlyList<Draw>? draws, DateTimeOffset now, Func<double> random)
    {
        var full = rows.Select(row => Filled(row, draws, now)).ToList();
        var paid = new Dictionary<LimitKey, int>();
        var held = new Dictionary<LimitKey, (int Left, int Batch)>();
        var probes = new List<LimitKey>();
        var after = full.ToList();
        Taken? wait = null;
        for (var i = 0; i < full.Count && draws is not null; i++)
        {
            if (Budgets.Holding.CostOf(draws, full[i].Scope) is not { } cost)
                continue;
            var got = Allot(full[i], cost, now, random());
            if (got.WaitUntil is { } until && (wait is null || until > wait.WaitUntil))
                wait = Taken.Wait(full[i], until, got.Reason);
            after[i] = got.After;
            if (got.Granted > 0)
                (paid[full[i].Key], held[full[i].Key]) = (got.Due, (got.Granted - got.Due, got.Granted));
            if (got.Probe)
                probes.Add(full[i].Key);
        }

        return wait is null
            ? (new Taken(new Permit(Holding, paid, probes), null, null, LimitReason.None), after, held)
            : (wait, full, new Dictionary<LimitKey, (int Left, int Batch)>());
    }

    // A person's call takes nothing in advance: it would be of the share that is kept for the next one.
    private Allotment Allot(LimitState limit, int cost, DateTimeOffset now, double random) => BudgetRules.Take(
        limit, cost, Urgency is Urgency.Manual ? cost : Before.GetValueOrDefault(limit.Key).Wanted,
        Urgency is Urgency.Manual ? 0 : BudgetRules.Share(limit.Capacity, Percent), now, random);

    private LimitState Filled(LimitState row, IReadOnlyList<Draw>? draws, DateTimeOffset now)
    {
        var (unused, _, window) = Before.GetValueOrDefault(row.Key);
        var limit = BudgetRules.Roll(BudgetRules.GiveBack(row, unused, window), now);
        return limit.Capacity is null && draws?.FirstOrDefault(draw => draw.Assumed?.Key == limit.Key)?.Assumed is { } assumed
            ? limit with { Capacity = assumed.Capacity, Remaining = assumed.Capacity, WindowSeconds = assumed.Window?.TotalSeconds, ResetsAt = now + assumed.Window }
            : limit;
    }
}
