namespace Hub.SharedKernel.Budgets;

/// <summary>What one process holds of one credential's limits: how they stood when it last looked, and what it took in advance, both for a short time.</summary>
internal sealed class Holding(string credential, string type)
{
    private readonly Lock gate = new();
    private readonly Dictionary<LimitKey, Portion> portions = [];
    private DateTimeOffset validUntil = DateTimeOffset.MinValue;
    private DateTimeOffset usedAt;

    public string Credential => credential;

    public string Type => type;

    /// <summary>Held by whoever looks at the database: the others wait for what is found.</summary>
    public SemaphoreSlim Looking { get; } = new(1, 1);

    private sealed class Portion
    {
        public required LimitState Known { get; set; }
        public int Left { get; set; }
        public int Batch { get; set; }
        public DateTimeOffset? Window { get; set; }
    }

    /// <returns>A permit, or how long to wait; null when the database must be asked.</returns>
    public Taken? TryTake(IReadOnlyList<Draw> draws, DateTimeOffset now)
    {
        lock (gate)
        {
            usedAt = now;
            if (validUntil <= now)
                return null;
            var paid = new Dictionary<LimitKey, int>();
            foreach (var portion in portions.Values)
            {
                if (CostOf(draws, portion.Known.Scope) is not { } cost)
                    continue;
                if (portion.Known.PausedUntil > now)
                    return Taken.Wait(portion.Known, portion.Known.PausedUntil.Value, LimitReason.Paused);
                if (portion.Known.PausedUntil is not null || (portion.Known.Remaining is not null && portion.Left < cost))
                    return null;
                if (portion.Known.Remaining is not null)
                    paid[portion.Known.Key] = cost;
            }

            if (draws.Any(draw => draw.Assumed is { } assumed && !portions.ContainsKey(assumed.Key)))
                return null;
            foreach (var (key, cost) in paid)
                portions[key].Left -= cost;
            return new Taken(new Permit(this, paid, []), null, null, LimitReason.None);
        }
    }

    /// <summary>Whether any limit is counted, as far as this process knows.</summary>
    public bool Counts
    {
        get
        {
            lock (gate)
                return portions.Values.Any(portion => portion.Known.Remaining is not null);
        }
    }

    /// <summary>Gives up what was taken in advance, and says how much is liked next: more after a batch that did not last, less after one that did.</summary>
    public IReadOnlyDictionary<LimitKey, (int Unused, int Wanted, DateTimeOffset? Window)> Surrender()
    {
        lock (gate)
        {
            var given = portions.ToDictionary(pair => pair.Key, pair => (pair.Value.Left, Wanted(pair.Value), pair.Value.Window));
            foreach (var portion in portions.Values)
                portion.Left = 0;
            return given;
        }
    }

    /// <param name="limits">All limits of the credential as they are now.</param>
    /// <param name="taken">What was taken of them in advance, beyond the call at hand.</param>
    /// <param name="now">The hub's clock.</param>
    public void Hold(IReadOnlyCollection<LimitState> limits, IReadOnlyDictionary<LimitKey, (int Left, int Batch)> taken, DateTimeOffset now)
    {
        lock (gate)
        {
            portions.Clear();
            validUntil = now + BudgetRules.GrantLife;
            foreach (var limit in limits)
            {
                var (left, batch) = taken.GetValueOrDefault(limit.Key);
                portions[limit.Key] = new Portion { Known = limit, Left = left, Batch = batch, Window = limit.ResetsAt };
                if (limit.ResetsAt < validUntil)
                    validUntil = limit.ResetsAt.Value;
            }
        }
    }

    /// <summary>After an answer taught something: what was taken stays.</summary>
    public void Update(IReadOnlyCollection<LimitState> limits)
    {
        lock (gate)
            foreach (var limit in limits)
            {
                if (portions.TryGetValue(limit.Key, out var portion))
                    portion.Known = limit;
                else
                    portions[limit.Key] = new Portion { Known = limit };
            }
    }

    public LimitState? Known(LimitKey key)
    {
        lock (gate)
            return portions.TryGetValue(key, out var portion) ? portion.Known : null;
    }

    /// <summary>The provider did not count a call: what it took of the provider's own counts can be used again.</summary>
    public void Refund(IReadOnlyDictionary<LimitKey, int> paid)
    {
        lock (gate)
            foreach (var (key, cost) in paid)
                if (portions.TryGetValue(key, out var portion) && portion.Batch > 0)
                    portion.Left += cost;
    }

    /// <summary>The next call asks the database.</summary>
    public void Drop()
    {
        lock (gate)
            validUntil = DateTimeOffset.MinValue;
    }

    /// <summary>Whether something is held that nobody used in time.</summary>
    public bool Idle(DateTimeOffset now)
    {
        lock (gate)
            return validUntil <= now && portions.Values.Any(portion => portion.Left > 0);
    }

    public bool Unused(DateTimeOffset since)
    {
        lock (gate)
            return usedAt < since && portions.Values.All(portion => portion.Left == 0);
    }

    public static int? CostOf(IReadOnlyList<Draw> draws, string scope)
    {
        foreach (var draw in draws)
            if (draw.Scope == scope)
                return draw.Cost;
        return scope.Length == 0 ? 1 : null;
    }

    private static int Wanted(Portion portion) => portion.Left > 0
        ? Math.Max(1, portion.Batch - portion.Left)
        : Math.Clamp(portion.Batch * 2, 1, BudgetRules.LargestBatch);
}

/// <summary>The right to make one call.</summary>
/// <param name="Holding">Whose.</param>
/// <param name="Paid">What it took of counted limits.</param>
/// <param name="Probes">Limits whose pause is over and that this call tries.</param>
internal sealed record Permit(Holding Holding, IReadOnlyDictionary<LimitKey, int> Paid, IReadOnlyList<LimitKey> Probes);

/// <summary>Either a permit, or until when there is none.</summary>
internal sealed record Taken(Permit? Permit, DateTimeOffset? WaitUntil, LimitState? Limit, LimitReason Reason)
{
    public static Taken Wait(LimitState limit, DateTimeOffset until, LimitReason reason) => new(null, until, limit, reason);
}
