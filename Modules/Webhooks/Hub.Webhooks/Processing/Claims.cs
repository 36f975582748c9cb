using Hub.SharedKernel.Data;

namespace Hub.Webhooks.Processing;

/// <summary>
/// Who may work on what. An event is free once it is due and nothing earlier of the same entity is still open; who holds that first one may take
/// those behind it along. So one entity's events are processed in the order they came, in however many processes.
/// </summary>
internal static class Claims
{
    /// <summary>How many events are begun at once, and how many of one entity are taken along.</summary>
    private const int Heads = 200;
    private const int Along = 20;

    /// <summary>How many at most: they share a transaction, which has to end before the leases do.</summary>
    private const int Most = 400;

    /// <summary>Payloads held in memory together, as they were sent; one event is always taken.</summary>
    private const long MaxBytes = 32 * 1024 * 1024;

    /// <returns>Events under this token: each entity's in the order they came, entities by key, as whoever else writes many of them goes about it.</returns>
    public static async Task<IReadOnlyList<Claim>> Take(Db db, Guid token, DateTimeOffset now, TimeSpan lease, CancellationToken ct)
    {
        await using var tx = await db.Begin(ct);
        var days = (await db.List<DateOnly>(SelectOpenDays, null, ct)).ToArray();
        if (days.Length == 0)
            return [];
        var heads = Fitting(await db.List<Free>(SelectHeads, new { now, days, heads = Heads }, ct), 0);
        var ordered = heads.Where(head => head.EntityKey is not null).ToArray();
        var behind = ordered.Length == 0 ? [] : await db.List<Free>(SelectBehind, new
        {
            now,
            days,
            integrationIds = ordered.Select(head => head.IntegrationId).ToArray(),
            entityKeys = ordered.Select(head => head.EntityKey!).ToArray(),
            seqs = ordered.Select(head => head.Seq).ToArray(),
            along = Along,
        }, ct);
        var taken = Fitting([.. heads, .. behind], heads.Count);
        if (taken.Count == 0)
            return [];
        var claims = await db.List<Claim>(Begin, new
        {
            token,
            now,
            until = now + lease,
            ids = taken.Select(one => one.Id).ToArray(),
            days = taken.Select(one => one.Day).Distinct().ToArray(),
        }, ct);
        await tx.Commit(ct);
        var interrupted = taken.Where(one => one.Status is "processing").Select(one => one.Id).ToHashSet();
        return [.. claims.Select(claim => claim with { Interrupted = interrupted.Contains(claim.Id) }).OrderBy(claim => claim.IntegrationId).ThenBy(claim => claim.EntityKey, StringComparer.Ordinal).ThenBy(claim => claim.Seq)];
    }

    /// <summary>
    /// Locks events for as long as the transaction lasts: from here on nobody can take them over. A lease that has run out counts as lost although nobody took the
    /// event yet: somebody may have taken the one before it of the same entity.
    /// </summary>
    /// <returns>Those that are still held; the others' leases were lost.</returns>
    public static async Task<IReadOnlySet<Guid>> Hold(Db db, IReadOnlyList<Claim> claims, Guid token, DateTimeOffset now, CancellationToken ct) =>
        (await db.List<Guid>(HoldSql, new
        {
            ids = claims.Select(claim => claim.Id).ToArray(),
            days = claims.Select(claim => claim.Day).Distinct().ToArray(),
            token,
            now,
        }, ct)).ToHashSet();

    /// <summary>
    /// Counts the attempt before it begins, for should the process end in it nobody else would. What merely waited beside it is not counted: however often a
    /// process is killed, only what may have killed it is given up.
    /// </summary>
    /// <returns>Whether it is still held.</returns>
    public static async Task<bool> Count(Db db, Claim claim, DateTimeOffset now, CancellationToken ct) =>
        await db.Execute(CountSql, new { claim.Id, claim.Day, claim.Attempt, claim.LeaseToken, now }, ct) > 0;

    /// <summary>Gives back what was not worked on: it counts as not tried.</summary>
    public static Task<int> Release(Db db, IReadOnlyList<Claim> claims, Guid token, CancellationToken ct) => db.Execute(ReleaseSql, new
    {
        ids = claims.Select(claim => claim.Id).ToArray(),
        days = claims.Select(claim => claim.Day).ToArray(),
        attempts = claims.Select(claim => claim.Attempt - 1).ToArray(),
        token,
    }, ct);

    private static List<Free> Fitting(IReadOnlyList<Free> free, int sure)
    {
        var (fitting, bytes) = (new List<Free>(free.Count), 0L);
        foreach (var one in free)
        {
            bytes += one.PayloadSize;
            if (fitting.Count >= Math.Max(1, sure) && (bytes > MaxBytes || fitting.Count == Most))
                break;
            fitting.Add(one);
        }

        return fitting;
    }

    private sealed record Free(Guid Id, DateOnly Day, long Seq, long IntegrationId, string? EntityKey, int PayloadSize, string Status);

    // One look into the small index of each partition, by the order whatever the planner expects to find: the statements after this one are planned for the few
    // days that hold open events.
    private const string SelectOpenDays = """
        select d.day
        from (
            select day from webhooks.days_of('inbox_events')
            union
            select day from webhooks.inbox_events_default where status in ('pending', 'failed', 'processing')
        ) d
        cross join lateral (
            select 1
            from webhooks.inbox_events e
            where e.day = d.day and e.status in ('pending', 'failed', 'processing')
            order by case when e.status = 'processing' then e.lease_until else e.next_attempt_at end
            limit 1
        ) open
        """;

    // "offset 0": asked for each event by its index, never answered by reading all open ones.
    private const string SelectHeads = """
        select e.id, e.day, e.seq, e.integration_id, e.entity_key, e.payload_size, e.status
        from webhooks.inbox_events e
        where e.day = any(@days) and e.status in ('pending', 'failed', 'processing')
            and case when e.status = 'processing' then e.lease_until else e.next_attempt_at end <= @now
            and (e.entity_key is null or not exists (
                select from webhooks.inbox_events earlier
                where earlier.day = any(@days) and earlier.integration_id = e.integration_id and earlier.entity_key = e.entity_key and earlier.seq < e.seq
                    and earlier.status in ('pending', 'failed', 'processing')
                order by earlier.seq
                offset 0))
        order by case when e.status = 'processing' then e.lease_until else e.next_attempt_at end, e.seq
        limit @heads
        for update skip locked
        """;

    private const string SelectBehind = """
        with behind as (
            select n.*,
                bool_and(n.status in ('pending', 'failed') and n.next_attempt_at <= @now)
                    over (partition by h.integration_id, h.entity_key order by n.seq) as unbroken
            from unnest(@integrationIds, @entityKeys, @seqs) as h (integration_id, entity_key, seq)
            cross join lateral (
                select e.id, e.day, e.seq, e.integration_id, e.entity_key, e.payload_size, e.status, e.next_attempt_at
                from webhooks.inbox_events e
                where e.day = any(@days) and e.integration_id = h.integration_id and e.entity_key = h.entity_key and e.seq > h.seq
                    and e.status in ('pending', 'failed', 'processing')
                order by e.seq
                limit @along
                for update
            ) n
        )
        select id, day, seq, integration_id, entity_key, payload_size, status from behind where unbroken order by seq
        """;

    private const string Begin = """
        update webhooks.inbox_events e
        set status = 'processing', lease_until = @until, lease_token = @token
        where e.id = any(@ids) and e.day = any(@days) and e.status in ('pending', 'failed', 'processing')
        returning e.id, e.day, e.seq, e.integration_id, e.integration_type, e.scope_path, e.event_type, e.entity_key, e.payload, e.payload_size, e.headers,
            e.received_at, e.attempt + 1 as attempt, e.lease_token, e.trace_parent
        """;

    private const string HoldSql = """
        select id
        from webhooks.inbox_events
        where id = any(@ids) and day = any(@days) and status = 'processing' and lease_token = @token and lease_until > @now
        order by seq
        for update
        """;

    private const string CountSql = """
        update webhooks.inbox_events
        set attempt = @attempt
        where id = @id and day = @day and status = 'processing' and lease_token = @leaseToken and lease_until > @now
        """;

    private const string ReleaseSql = """
        update webhooks.inbox_events e
        set status = case when r.attempt > 0 then 'failed' else 'pending' end, attempt = r.attempt, lease_until = null, lease_token = null
        from unnest(@ids, @days, @attempts) as r (id, day, attempt)
        where e.id = r.id and e.day = r.day and e.day = any(@days) and e.status = 'processing' and e.lease_token = @token
        """;
}
