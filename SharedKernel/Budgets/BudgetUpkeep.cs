using System.Diagnostics.Metrics;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Workers;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.SharedKernel.Budgets;

/// <summary>Gives back what nobody used, forgets limits that nobody needed for a week, and shows the scarcest of each kind in the metrics.</summary>
internal sealed class BudgetUpkeep : Worker
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);
    private readonly RateBudget rates;
    private readonly Gauge<long> remaining;
    private readonly Gauge<long> paused;

    public BudgetUpkeep(WorkerContext context, RateBudget rates, IMeterFactory meters) : base(context)
    {
        this.rates = rates;
        var meter = meters.Create("Hub.Budgets");
        remaining = meter.CreateGauge<long>("hub.budget.remaining", description: "Calls left in the window, of the credential that has the fewest, by integration type and limit");
        paused = meter.CreateGauge<long>("hub.budget.paused", description: "Credentials that a provider wants to be left alone, by integration type");
    }

    private sealed record Count(string Type, string? Limit, long Number);

    protected override string Channel => "kernel_budget_upkeep";

    protected override TimeSpan Idle => TimeSpan.FromSeconds(15);

    public override async Task<int> Tick(CancellationToken ct)
    {
        await rates.GiveBack(ct);
        await using var scope = Scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        var now = Time.GetUtcNow();
        foreach (var scarcest in await db.List<Count>(CountRemaining, new { now }, ct))
            remaining.Record(scarcest.Number, new("type", scarcest.Type), new("limit", scarcest.Limit));
        foreach (var alone in await db.List<Count>(CountPaused, new { now }, ct))
            paused.Record(alone.Number, new KeyValuePair<string, object?>("type", alone.Type));
        return await db.Execute(Forget, new { before = now - Kept }, ct);
    }

    private const string CountRemaining = """
        select type, case when scope = '' then name else scope end as "limit", min(case when resets_at <= @now then capacity else remaining end)::bigint as number
        from kernel.rate_budgets
        where remaining is not null
        group by type, case when scope = '' then name else scope end
        """;

    private const string CountPaused = """
        select type, null::text as "limit", count(distinct credential) filter (where paused_until > @now) as number from kernel.rate_budgets group by type
        """;

    private const string Forget = """
        delete from kernel.rate_budgets
        where ctid = any(array(select ctid from kernel.rate_budgets where updated_at < @before limit 5000))
        """;
}
