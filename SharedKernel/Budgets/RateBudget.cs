using System.Collections.Concurrent;
using Hub.SharedKernel.Data;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Hub.SharedKernel.Budgets;

/// <summary>
/// Hands out the calls that providers allow, from rows that all replicas share: in advance and in batches, so that a statement serves many calls, one by
/// one when few are left. Nothing is held while somebody waits.
/// </summary>
internal sealed class RateBudget : IDisposable
{
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<string, Holding> holdings = new(StringComparer.Ordinal);
    private readonly NpgsqlDataSource source;
    private readonly BudgetOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<RateBudget> log;
    private readonly IDisposable subscription;

    public RateBudget(NpgsqlDataSource source, DbSignals signals, BudgetOptions options, TimeProvider time, ILogger<RateBudget> log)
    {
        (this.source, this.options, this.time, this.log) = (source, options, time, log);
        subscription = signals.Subscribe(BudgetStore.Changed, LookAgain);
    }

    public void Dispose() => subscription.Dispose();

    /// <summary>A permit for one call, or until when to wait.</summary>
    public async ValueTask<Taken> Take(CallBudget budget, IReadOnlyList<Draw> draws, CancellationToken ct)
    {
        var holding = holdings.GetOrAdd(budget.Credential, credential => new Holding(credential, budget.Type));
        if (holding.TryTake(draws, time.GetUtcNow()) is { } held)
            return held;
        await holding.Looking.WaitAsync(ct);
        try
        {
            return holding.TryTake(draws, time.GetUtcNow()) ?? await Look(holding, draws, budget.Urgency, ct);
        }
        finally
        {
            holding.Looking.Release();
        }
    }

    /// <summary>Learns from the answer to a call. Only what changes something is written.</summary>
    /// <returns>Until when the provider wants to be left alone, if it refused the call.</returns>
    public async Task<DateTimeOffset?> Feed(Permit permit, IReadOnlyList<LimitReading> readings, bool free)
    {
        var now = time.GetUtcNow();
        var holding = permit.Holding;
        if (free)
            holding.Refund(permit.Paid.Where(paid => readings.Any(reading => reading.Counts && reading.Key == paid.Key)).ToDictionary());
        var news = readings.Where(reading => holding.Known(reading.Key) is not { } known
            ? reading.Refused || reading.Counts
            : LimitLessons.IsNews(known, reading, now)).ToList();
        if (news.Count == 0 && permit.Probes.Count == 0)
            return null;
        try
        {
            return await Learn(permit, news, now);
        }
        catch (Exception fault) when (fault is NpgsqlException or TimeoutException)
        {
            // The call is made, and its answer counts for more than what it says of limits.
            log.LogWarning("What an answer said of rate limits could not be stored ({Fault})", fault.GetType().Name);
            return Refusal(news, now);
        }
    }

    /// <summary>The limits of a credential, as they are known now.</summary>
    public async Task<IReadOnlyList<LimitState>> Show(string credential, CancellationToken ct)
    {
        await using var db = new Db(source);
        var now = time.GetUtcNow();
        return [.. (await new BudgetStore(db, credential, time).Read(ct)).Select(limit => BudgetRules.Roll(limit, now))];
    }

    /// <summary>Gives back what this process took and did not use.</summary>
    public async Task GiveBack(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        foreach (var holding in holdings.Values.Where(holding => holding.Idle(now)))
        {
            await holding.Looking.WaitAsync(ct);
            try
            {
                await Look(holding, null, Urgency.Background, ct);
            }
            finally
            {
                holding.Looking.Release();
            }
        }

        foreach (var (credential, holding) in holdings)
            if (holding.Unused(now - Forgotten))
                holdings.TryRemove(new(credential, holding));
    }

    private void LookAgain()
    {
        foreach (var holding in holdings.Values)
            holding.Drop();
    }

    /// <param name="holding">Whose limits.</param>
    /// <param name="draws">What a call takes; null only gives back.</param>
    /// <param name="urgency">Who asks.</param>
    /// <param name="ct">Cancels it.</param>
    private async Task<Taken> Look(Holding holding, IReadOnlyList<Draw>? draws, Urgency urgency, CancellationToken ct)
    {
        await using var db = new Db(source);
        var store = new BudgetStore(db, holding.Credential, time);
        if (draws is not null && await Uncounted(store, holding, draws, ct) is { } free)
            return free;
        await using var tx = await db.Begin(ct);
        var rows = await Locked(store, holding.Type, draws ?? [], ct);
        var now = time.GetUtcNow();
        var share = new BudgetShare(holding, holding.Surrender(), urgency, options.ManualSharePercent);
        var (taken, after, held) = share.Of(rows, draws, now, Random.Shared.NextDouble);
        var changed = after.Where((limit, i) => limit != rows[i]).ToList();
        if (changed.Count > 0)
            await store.Write(changed, ct);
        await tx.Commit(ct);
        holding.Hold(after, held, now);
        return taken;
    }

    /// <summary>Most credentials have no limit that anybody counts: a look is enough, and nothing need be locked.</summary>
    private async Task<Taken?> Uncounted(BudgetStore store, Holding holding, IReadOnlyList<Draw> draws, CancellationToken ct)
    {
        if (holding.Counts)
            return null;
        var rows = await store.Read(ct);
        var now = time.GetUtcNow();
        if (rows.Any(row => row.Remaining is not null || row.ResetsAt is not null || row.PausedUntil <= now))
            return null;
        holding.Hold(rows, new Dictionary<LimitKey, (int Left, int Batch)>(), now);
        return holding.TryTake(draws, now);
    }

    private static async Task<IReadOnlyList<LimitState>> Locked(BudgetStore store, string type, IReadOnlyList<Draw> draws, CancellationToken ct)
    {
        var rows = await store.Lock(ct);
        var missing = draws.Select(draw => draw.Assumed).OfType<LimitReading>().Select(assumed => assumed.Key)
            .Where(key => rows.All(row => row.Key != key)).ToList();
        if (missing.Count == 0)
            return rows;
        await store.Add(type, missing, ct);
        return await store.Lock(ct);
    }

    private async Task<DateTimeOffset?> Learn(Permit permit, IReadOnlyList<LimitReading> news, DateTimeOffset now)
    {
        await using var db = new Db(source);
        await using var tx = await db.Begin(CancellationToken.None);
        var store = new BudgetStore(db, permit.Holding.Credential, time);
        var unknown = news.Select(reading => reading.Key).Where(key => permit.Holding.Known(key) is null).Distinct().ToList();
        if (unknown.Count > 0)
            await store.Add(permit.Holding.Type, unknown, CancellationToken.None);
        var limits = (await store.Lock(CancellationToken.None)).ToDictionary(limit => limit.Key);
        var refused = news.Any(reading => reading.Refused);
        foreach (var key in permit.Probes)
            if (!refused && limits.TryGetValue(key, out var tried))
                limits[key] = LimitLessons.Proven(tried, now);
        foreach (var reading in news)
            if (limits.TryGetValue(reading.Key, out var known))
                limits[known.Key] = LimitLessons.Learn(known, reading, permit.Paid.ContainsKey(known.Key) ? 0 : 1, now);
        var touched = permit.Probes.Concat(news.Select(reading => reading.Key)).Distinct().Where(limits.ContainsKey).Select(key => limits[key]).ToList();
        await store.Write(touched, CancellationToken.None);
        if (refused || unknown.Count > 0 || permit.Probes.Count > 0)
            await store.Tell(CancellationToken.None);
        await tx.Commit(CancellationToken.None);
        permit.Holding.Update(touched);
        return refused ? touched.Where(limit => limit.PausedUntil is not null).Max(limit => limit.PausedUntil) : null;
    }

    private static DateTimeOffset? Refusal(IReadOnlyList<LimitReading> news, DateTimeOffset now) =>
        news.Where(reading => reading.Refused).Select(reading => (DateTimeOffset?)(now + (reading.Pause ?? reading.Backoff!.Value))).Max();
}
