using Hub.SharedKernel.Data;

namespace Hub.Webhooks.Processing;

/// <summary>
/// Who may work on what. An event is free once it is due and nothing earlier of the same entity is still open; who holds that first one may take
/// those behind it along. So one entity's events are processed in the order they came, in however many processes.
/// </summary>
internal static class Claims
{
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    /// <summary>How many entities are begun at once, and how many events of one are taken along.</summary>
    private const int Heads = 30;
    private const int Along = 20;

    /// <summary>Payloads held in memory together, as they were sent; one event is always taken.</summary>
    private const long MaxBytes = 32 * 1024 * 1024;

    /// <returns>Events under this token: each entity's in the order they came, entities by key, as whoever else writes many of them goes about it.</returns>
    public static async Task<IReadOnlyList<Claim>> Take(Db db, Guid token, DateTimeOffset now, CancellationToken ct)
    {
        var heads = await db.List<Claim>(TakeSql, new { token, now, until = now + Lease, heads = Heads, maxBytes = MaxBytes }, ct);
        var ordered = heads.Where(head => head.EntityKey is not null).ToArray();
        var left = MaxBytes - heads.Sum(head => (long)head.PayloadSize);
        if (ordered.Length == 0 || left <= 0)
            return InOrder(heads);
        var behind = await db.List<Claim>(TakeBehindSql, new
        {
            token,
            now,
            until = now + Lease,
            integrationIds = ordered.Select(head => head.IntegrationId).ToArray(),
            entityKeys = ordered.Select(head => head.EntityKey!).ToArray(),
            seqs = ordered.Select(head => head.Seq).ToArray(),
            along = Along,
            maxBytes = left,
        }, ct);
        return InOrder(heads.Concat(behind));
    }

    private static IReadOnlyList<Claim> InOrder(IEnumerable<Claim> claims) =>
        [.. claims.OrderBy(claim => claim.IntegrationId).ThenBy(claim => claim.EntityKey, StringComparer.Ordinal).ThenBy(claim => claim.Seq)];

    /// <summary>Locks events for as long as the transaction lasts: from here on nobody can take them over.</summary>
    /// <returns>Those that are still held; the others' leases were lost.</returns>
    public static async Task<IReadOnlySet<Guid>> Hold(Db db, IEnumerable<Claim> claims, Guid token, CancellationToken ct) =>
        (await db.List<Guid>(HoldSql, new { ids = claims.Select(claim => claim.Id).ToArray(), token }, ct)).ToHashSet();

    /// <summary>Gives back what was not worked on: it counts as not tried.</summary>
    public static Task<int> Release(Db db, Guid[] ids, Guid token, CancellationToken ct) => db.Execute(ReleaseSql, new { ids, token }, ct);

    private const string Columns = """
        e.id, e.seq, e.integration_id, e.integration_type, e.scope_path, e.event_type, e.entity_key, e.payload, e.payload_size, e.headers,
        e.received_at, e.attempt, e.lease_token, e.trace_parent
        """;

    private const string Begin = "set status = 'processing', attempt = e.attempt + 1, lease_until = @until, lease_token = @token";

    private const string TakeSql = $"""
        with free as (
            select e.id, e.seq, e.payload_size
            from webhooks.inbox_events e
            where e.status in ('pending', 'failed', 'processing')
                and case when e.status = 'processing' then e.lease_until else e.next_attempt_at end <= @now
                and not exists (
                    select 1 from webhooks.inbox_events earlier
                    where earlier.integration_id = e.integration_id and earlier.entity_key = e.entity_key and earlier.seq < e.seq
                        and earlier.status in ('pending', 'failed', 'processing'))
            order by e.seq
            limit @heads
            for update skip locked
        ), fitting as (
            select id, sum(payload_size) over (order by seq) - payload_size as before from free
        ), taken as (
            update webhooks.inbox_events e
            {Begin}
            from fitting
            where e.id = fitting.id and fitting.before < @maxBytes
            returning {Columns}
        )
        select * from taken order by seq
        """;

    private const string TakeBehindSql = $"""
        with heads as (
            select * from unnest(@integrationIds, @entityKeys, @seqs) as h (integration_id, entity_key, seq)
        ), behind as (
            select n.id, n.payload_size, n.seq,
                bool_and(n.status in ('pending', 'failed') and n.next_attempt_at <= @now)
                    over (partition by h.integration_id, h.entity_key order by n.seq) as unbroken
            from heads h
            cross join lateral (
                select e.id, e.status, e.next_attempt_at, e.payload_size, e.seq
                from webhooks.inbox_events e
                where e.integration_id = h.integration_id and e.entity_key = h.entity_key and e.seq > h.seq
                    and e.status in ('pending', 'failed', 'processing')
                order by e.seq
                limit @along
            ) n
        ), fitting as (
            select id from (select id, sum(payload_size) over (order by seq) as total from behind where unbroken) sized where total <= @maxBytes
        )
        update webhooks.inbox_events e
        {Begin}
        from fitting
        where e.id = fitting.id and e.status in ('pending', 'failed')
        returning {Columns}
        """;

    private const string HoldSql =
        "select id from webhooks.inbox_events where id = any(@ids) and status = 'processing' and lease_token = @token order by seq for update";

    private const string ReleaseSql = """
        update webhooks.inbox_events
        set status = case when attempt > 1 then 'failed' else 'pending' end, attempt = attempt - 1, lease_until = null, lease_token = null
        where id = any(@ids) and status = 'processing' and lease_token = @token
        """;
}
