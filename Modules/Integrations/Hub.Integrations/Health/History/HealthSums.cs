using Hub.SharedKernel.Data;

namespace Hub.Integrations.Health.History;

/// <summary>Adds slots up over a window, in a fixed number of statements.</summary>
internal sealed class HealthSums(Db db)
{
    private sealed record Summed(long IntegrationId, long Calls, long Failures, long Throttled, long[] Latency);

    private sealed record Totals(long Calls, long Failures, long Throttled);

    private sealed record Counted(int Element, long Calls);

    /// <summary>By integration; one that has no slots in the window is not there.</summary>
    public async Task<IReadOnlyDictionary<long, HealthFigures>> Of(long[] integrationIds, HealthWindow window, CancellationToken ct)
    {
        var slots = await db.List<Summed>(Slots, new { ids = integrationIds, window.Fine, window.Since, window.WholeDays }, ct);
        return slots.GroupBy(slot => slot.IntegrationId).ToDictionary(
            group => group.Key, group => HealthSlot.Sum(group.Select(slot => new HealthSlot(default, slot.Calls, slot.Failures, slot.Throttled, slot.Latency))));
    }

    /// <summary>All integrations at or below a scope together.</summary>
    public async Task<HealthFigures> OfAllBelow(long scopeId, HealthWindow window, CancellationToken ct)
    {
        var parameters = new { caller = scopeId, window.Fine, window.Since, window.WholeDays };
        var totals = await db.One<Totals>(Total, parameters, ct);
        var latency = new long[LatencyClasses.Count + 1];
        foreach (var counted in await db.List<Counted>(TotalLatency, parameters, ct))
            latency[counted.Element - 1] = counted.Calls;
        return new HealthFigures(totals.Calls, totals.Failures, totals.Throttled, latency);
    }

    private const string InWindow = "((s.grain = @fine and s.at >= @since and s.at < @wholeDays) or (s.grain = 'day' and s.at >= @wholeDays))";

    private const string Slots = $"""
        select s.integration_id, s.calls, s.failures, s.throttled, array_replace(s.latency, null, 0)::bigint[] as latency
        from integrations.health_slots s
        where s.integration_id = any(@ids) and {InWindow}
        """;

    private const string Below = $"""
        from integrations.health_slots s
        join integrations.integrations i on i.id = s.integration_id
        where i.scope_path @> array[@caller]::bigint[] and {InWindow}
        """;

    private const string Total = $"""
        select coalesce(sum(s.calls), 0)::bigint as calls, coalesce(sum(s.failures), 0)::bigint as failures, coalesce(sum(s.throttled), 0)::bigint as throttled
        {Below}
        """;

    private const string TotalLatency = $"""
        select l.element::int as element, sum(l.n)::bigint as calls
        from (select s.latency {Below}) as timed
        cross join lateral unnest(timed.latency) with ordinality as l (n, element)
        where l.n > 0
        group by l.element
        """;
}
