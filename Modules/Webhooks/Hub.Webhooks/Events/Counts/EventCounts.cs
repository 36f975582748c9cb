using Hub.SharedKernel.Data;

namespace Hub.Webhooks.Events.Counts;

/// <summary>Events of one integration in one state.</summary>
internal sealed record EventCount(long IntegrationId, string IntegrationType, string Status, long Events, DateTimeOffset FirstReceivedAt);

/// <summary>
/// How many events there are by integration and status, exactly and without reading them all: those that were done with are counted already (by
/// <see cref="EventCounter"/>), those that came or ended since are counted now. Both in one snapshot.
/// </summary>
internal static class EventCounts
{
    private sealed record Counted(long UpTo, long[] Open);

    public static async Task<IReadOnlyList<EventCount>> Of(Db db, long scope, CancellationToken ct)
    {
        await using var tx = await db.Begin(ct);
        await db.Execute(OneSnapshot, null, ct);
        var counted = await db.One<Counted>(SelectCounted, null, ct);
        var days = await db.List<DateOnly>(SelectRecounts, null, ct);
        return await db.List<EventCount>(Select, new { scope, counted.UpTo, counted.Open, days = days.ToArray() }, ct);
    }

    private const string OneSnapshot = "set transaction isolation level repeatable read, read only";

    private const string SelectCounted = "select up_to, open from webhooks.inbox_counted";

    private const string SelectRecounts = "select distinct day from webhooks.inbox_recounts";

    // The place is known when the statement is planned: whole days below it cost a look into an index.
    private const string Select = """
        select integration_id, integration_type, status, sum(events)::bigint as events, min(first_received_at) as first_received_at
        from (
            select integration_id, integration_type, status, events, first_received_at
            from webhooks.inbox_counts
            where scope_path @> array[@scope]::bigint[] and day <> all(@days)
            union all
            select integration_id, integration_type, status, count(*), min(received_at)
            from webhooks.inbox_events
            where scope_path @> array[@scope]::bigint[] and day = any(@days)
            group by integration_id, integration_type, status
            union all
            select integration_id, integration_type, status, count(*), min(received_at)
            from webhooks.inbox_events
            where scope_path @> array[@scope]::bigint[] and day <> all(@days) and seq > @upTo
            group by integration_id, integration_type, status
            union all
            select integration_id, integration_type, status, count(*), min(received_at)
            from webhooks.inbox_events
            where scope_path @> array[@scope]::bigint[] and day <> all(@days) and seq = any(@open)
            group by integration_id, integration_type, status
        ) every
        group by integration_id, integration_type, status
        order by integration_type, integration_id, status
        """;
}
