using Hub.SharedKernel.Data;
using Hub.SharedKernel.Workers;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Integrations.Health.History;

/// <summary>Drops history that no window reaches back to, and counts for the metrics.</summary>
internal sealed class HealthUpkeep(WorkerContext context, HealthCensus census) : Worker(context)
{
    private static readonly TimeSpan ShortSlots = TimeSpan.FromHours(2);
    private static readonly TimeSpan Hours = TimeSpan.FromDays(8);
    private static readonly TimeSpan Days = TimeSpan.FromDays(32);

    private sealed record Count(string HealthStatus, long Integrations);

    protected override string Channel => "integrations_upkeep";

    protected override TimeSpan Idle => TimeSpan.FromMinutes(1);

    public override async Task<int> Tick(CancellationToken ct)
    {
        await using var scope = Scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        var now = Time.GetUtcNow();
        var counts = await db.List<Count>(CountByStatus, null, ct);
        var due = await db.First<DateTimeOffset?>(OldestDue, new { now }, ct);
        census.Record(counts.ToDictionary(count => count.HealthStatus, count => count.Integrations), now - (due ?? now));
        return await db.Execute(Forget, new { shortSlots = now - ShortSlots, hours = now - Hours, days = now - Days }, ct);
    }

    // In bites, so that no long transaction holds up the cleaning of the table.
    private const string Forget = """
        delete from integrations.health_slots
        where ctid = any(array(
            select ctid from integrations.health_slots
            where (grain = 'five_minutes' and at < @shortSlots) or (grain = 'hour' and at < @hours) or (grain = 'day' and at < @days)
            limit 5000))
        """;

    private const string CountByStatus =
        "select health_status, count(*) as integrations from integrations.integrations where enabled group by health_status";

    private const string OldestDue = "select next_check_at from integrations.health_checks where next_check_at <= @now order by next_check_at limit 1";
}
