using Hub.SharedKernel.Data;

namespace Hub.Webhooks.Processing;

/// <summary>
/// Who may work on what. An event is free once it is due and nothing earlier of the same entity is still open, so one entity's events are
/// processed in the order they came, in however many processes.
/// </summary>
internal static class Claims
{
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    public static Task<IReadOnlyList<Claim>> Take(Db db, Guid token, DateTimeOffset now, int limit, CancellationToken ct) =>
        db.List<Claim>(TakeSql, new { token, now, until = now + Lease, limit }, ct);

    /// <summary>The next event of the same entity, in the transaction that settles its predecessor.</summary>
    public static Task<Claim?> Follow(Db db, Claim settled, DateTimeOffset now, CancellationToken ct) => settled.EntityKey is null
        ? Task.FromResult<Claim?>(null)
        : db.First<Claim>(FollowSql, new { settled.IntegrationId, settled.EntityKey, settled.Seq, token = settled.LeaseToken, now, until = now + Lease }, ct);

    /// <summary>Locks the event for as long as the transaction lasts: from here on nobody can take it over.</summary>
    /// <returns>False when the lease was lost.</returns>
    public static async Task<bool> Hold(Db db, Claim claim, CancellationToken ct) =>
        await db.First<Guid?>(HoldSql, new { claim.Id, claim.LeaseToken }, ct) is not null;

    /// <summary>Gives back what was not worked on: it counts as not tried.</summary>
    public static Task<int> Release(Db db, Guid[] ids, Guid token, CancellationToken ct) => db.Execute(ReleaseSql, new { ids, token }, ct);

    private const string Columns = """
        e.id, e.seq, e.integration_id, e.integration_type, e.scope_path, e.event_type, e.entity_key, e.payload, e.payload_size, e.headers,
        e.received_at, e.attempt, e.lease_token, e.trace_parent
        """;

    private const string TakeSql = $"""
        with free as (
            select e.id
            from webhooks.inbox_events e
            where e.status in ('pending', 'failed', 'processing')
                and case when e.status = 'processing' then e.lease_until else e.next_attempt_at end <= @now
                and not exists (
                    select 1 from webhooks.inbox_events earlier
                    where earlier.integration_id = e.integration_id and earlier.entity_key = e.entity_key and earlier.seq < e.seq
                        and earlier.status in ('pending', 'failed', 'processing'))
            order by e.seq
            limit @limit
            for update skip locked
        ), taken as (
            update webhooks.inbox_events e
            set status = 'processing', attempt = e.attempt + 1, lease_until = @until, lease_token = @token
            from free
            where e.id = free.id
            returning {Columns}
        )
        select * from taken order by seq
        """;

    private const string FollowSql = $"""
        update webhooks.inbox_events e
        set status = 'processing', attempt = e.attempt + 1, lease_until = @until, lease_token = @token
        from (
            select n.id, n.status, n.next_attempt_at
            from webhooks.inbox_events n
            where n.integration_id = @integrationId and n.entity_key = @entityKey and n.seq > @seq and n.status in ('pending', 'failed', 'processing')
            order by n.seq
            limit 1
        ) next
        where e.id = next.id and e.status in ('pending', 'failed') and e.next_attempt_at <= @now
        returning {Columns}
        """;

    private const string HoldSql =
        "select id from webhooks.inbox_events where id = @id and status = 'processing' and lease_token = @leaseToken for update";

    private const string ReleaseSql = """
        update webhooks.inbox_events
        set status = case when attempt > 1 then 'failed' else 'pending' end, attempt = attempt - 1, lease_until = null, lease_token = null
        where id = any(@ids) and status = 'processing' and lease_token = @token
        """;
}
