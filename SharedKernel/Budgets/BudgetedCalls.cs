using System.Globalization;
using Hub.SharedKernel.Budgets.Dialects;
using Hub.SharedKernel.Outbound;

namespace Hub.SharedKernel.Budgets;

/// <summary>Makes calls within what the provider allows the credential, over all replicas.</summary>
public sealed class BudgetedCalls
{
    private readonly RateBudget rates;
    private readonly TimeProvider time;

    internal BudgetedCalls(RateBudget rates, BudgetOptions options, TimeProvider time) =>
        (this.rates, this.time, ManualSharePercent) = (rates, time, options.ManualSharePercent);

    /// <summary>What background work leaves of every limit to people.</summary>
    public int ManualSharePercent { get; }

    /// <param name="budget">On whose account.</param>
    /// <param name="request">The call.</param>
    /// <param name="send">Makes it.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="BudgetSpentException">Nothing was called.</exception>
    public async Task<BudgetedAnswer> Send(
        CallBudget budget, OutboundRequest request, Func<OutboundRequest, CancellationToken, Task<OutboundResponse>> send, CancellationToken ct)
    {
        if (budget.Credential.Length == 0)
            return new BudgetedAnswer(await send(request, ct), null);
        var dialect = BudgetDialects.Of(budget.Type);
        var taken = await rates.Take(budget, dialect.Draws(request), ct);
        if (taken.WaitUntil is { } until)
            throw new BudgetSpentException(until, Words(taken, until)) { RetryAfter = until - time.GetUtcNow() };
        var response = await send(request, ct);
        var paused = await rates.Feed(taken.Permit!, dialect.Read(request, response, time.GetUtcNow()), dialect.IsFree(response));
        return new BudgetedAnswer(response, paused);
    }

    /// <summary>What is known of a credential's limits.</summary>
    public async Task<IReadOnlyList<KnownLimit>> Show(string credential, CancellationToken ct) =>
        [.. (await rates.Show(credential, ct)).Select(KnownLimit.Of)];

    private static string Words(Taken taken, DateTimeOffset until)
    {
        var limit = taken.Limit!;
        var (name, of) = (limit.Scope.Length == 0 ? limit.Name : $"{limit.Name} ({limit.Scope})", limit.Capacity);
        var why = taken.Reason switch
        {
            LimitReason.Paused => "the provider asked for a pause",
            LimitReason.Tried => "the provider asked for a pause, which another call is just trying to end",
            LimitReason.Kept => "what is left is kept for what people do by hand",
            _ => "it is used up",
        };
        return string.Create(CultureInfo.InvariantCulture,
            $"Nothing was called, because of the limit {name}{(of is > 0 ? $" ({of} calls)" : "")}: {why}. The next call is due at {until.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC.");
    }
}

/// <summary>A limit as people see it.</summary>
/// <param name="Name">What the provider calls it.</param>
/// <param name="AppliesTo">The resource, endpoint or issue that it is about; null for every call.</param>
/// <param name="Capacity">Calls per window.</param>
/// <param name="Remaining">Calls left for the hub in this window; what its processes took in advance is not among them. Null when nobody counts.</param>
/// <param name="WindowSeconds">The length of a window.</param>
/// <param name="ResetsAt">When the window ends.</param>
/// <param name="PausedUntil">Nobody calls before.</param>
/// <param name="ObservedAt">When an answer last told of it.</param>
public sealed record KnownLimit(
    string Name, string? AppliesTo, int? Capacity, int? Remaining, double? WindowSeconds, DateTimeOffset? ResetsAt, DateTimeOffset? PausedUntil,
    DateTimeOffset ObservedAt)
{
    internal static KnownLimit Of(LimitState limit) => new(
        limit.Name, limit.Scope.Length == 0 ? null : limit.Scope, limit.Capacity, limit.Remaining, limit.WindowSeconds, limit.ResetsAt, limit.PausedUntil,
        limit.ObservedAt);
}
