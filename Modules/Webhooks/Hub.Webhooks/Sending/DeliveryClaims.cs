using Hub.SharedKernel.Data;

namespace Hub.Webhooks.Sending;

/// <summary>
/// Who may be sent what. Endpoints are taken in turn, tenant by tenant, so that one tenant's backlog does not keep another waiting; each may have so
/// many at once, fewer where its rate limit or its breaker says so or where it has begun to fail, and a tenant half of all. A message is free when it is due and nothing earlier about the same thing is
/// still open at an endpoint that wants order.
/// </summary>
internal static class DeliveryClaims
{
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);
    private const int EndpointsAtOnce = 64;
    private const int WhileFailing = 8;

    private sealed record Ready(
        long Id, long Tenant, string Breaker, int Failures, int? SlowStart, int? RateLimit, DateTimeOffset? RateAt, int Underway);

    /// <param name="db">No open transaction.</param>
    /// <param name="token">The lease's.</param>
    /// <param name="room">At most so many.</param>
    /// <param name="roomOf">At most so many of a tenant.</param>
    /// <param name="now">The time.</param>
    /// <param name="ct">Cancels before anything is taken.</param>
    public static async Task<IReadOnlyList<DeliveryClaim>> Take(Db db, Guid token, int room, Func<long, int> roomOf, DateTimeOffset now, CancellationToken ct)
    {
        await using var tx = await db.Begin(ct);
        var ready = await db.List<Ready>(LockReady, new { now, limit = EndpointsAtOnce }, ct);
        var quotas = new List<(Ready Endpoint, int Quota)>();
        var given = new Dictionary<long, int>();
        foreach (var endpoint in ready)
        {
            var tenants = given.GetValueOrDefault(endpoint.Tenant);
            var quota = Math.Min(Quota(endpoint, now), Math.Min(room, roomOf(endpoint.Tenant) - tenants));
            if (quota <= 0)
                continue;
            quotas.Add((endpoint, quota));
            room -= quota;
            given[endpoint.Tenant] = tenants + quota;
        }

        if (quotas.Count == 0)
            return [];
        var claims = await db.List<DeliveryClaim>(TakeDeliveries, new
        {
            token,
            now,
            until = now + Lease,
            endpointIds = quotas.Select(one => one.Endpoint.Id).ToArray(),
            quotas = quotas.Select(one => one.Quota).ToArray(),
        }, ct);
        var taken = claims.CountBy(claim => claim.EndpointId).ToDictionary();
        await db.Execute(NoteTaken, new
        {
            now,
            until = now + Lease,
            ids = quotas.Select(one => one.Endpoint.Id).ToArray(),
            rates = quotas.Select(one => RateAfter(one.Endpoint, taken.GetValueOrDefault(one.Endpoint.Id), now)).ToArray(),
            probes = quotas.Select(one => one.Endpoint.Breaker is not EndpointCondition.Closed && taken.ContainsKey(one.Endpoint.Id)).ToArray(),
        }, ct);
        await tx.Commit(ct);
        return claims;
    }

    private static int Quota(Ready endpoint, DateTimeOffset now)
    {
        if (endpoint.Breaker is not EndpointCondition.Closed)
            return endpoint.Underway == 0 ? 1 : 0;
        var most = Math.Min(endpoint.SlowStart ?? EndpointBreaker.FullSpeed, endpoint.Failures > 0 ? WhileFailing : EndpointBreaker.FullSpeed);
        var free = most - endpoint.Underway;
        return endpoint.RateLimit is { } rate ? Math.Min(free, (int)((now - RateStart(endpoint, now)).TotalSeconds * rate)) : free;
    }

    // A rate is a line of places in time: the next one lies a second back at the earliest, so that nothing is saved up beyond a second.
    private static DateTimeOffset RateStart(Ready endpoint, DateTimeOffset now) =>
        endpoint.RateAt is { } at && at > now.AddSeconds(-1) ? at : now.AddSeconds(-1);

    private static DateTimeOffset? RateAfter(Ready endpoint, int taken, DateTimeOffset now) =>
        endpoint.RateLimit is { } rate ? RateStart(endpoint, now).AddSeconds((double)taken / rate) : null;

    // The conditions stand here again: a row that another hub has just let go is judged by what it says now.
    private const string LockReady = """
        with recursive waiting as (
            (select d.endpoint_id from webhooks.deliveries_open d order by d.endpoint_id limit 1)
            union all
            select (
                select d.endpoint_id from webhooks.deliveries_open d where d.endpoint_id > w.endpoint_id order by d.endpoint_id limit 1)
            from waiting w where w.endpoint_id is not null
        ), ready as (
            select p.id, p.last_claimed_at,
                row_number() over (partition by p.scope_path[2] order by p.last_claimed_at nulls first, p.id) as turn
            from waiting w join webhooks.endpoints p on p.id = w.endpoint_id
            where p.state = 'active' and (p.not_before is null or p.not_before <= @now) and (p.breaker = 'closed' or p.open_until <= @now)
                and exists (select 1 from webhooks.deliveries_open d where d.endpoint_id = p.id and d.next_attempt_at <= @now)
        )
        select p.id, coalesce(p.scope_path[2], 0) as tenant, p.breaker, p.failures, p.slow_start, p.rate_limit, p.rate_at,
            (select count(*)::int from webhooks.deliveries_open d where d.endpoint_id = p.id and d.status = 'delivering' and d.next_attempt_at > @now) as underway
        from webhooks.endpoints p join ready on ready.id = p.id
        where p.state = 'active' and (p.not_before is null or p.not_before <= @now) and (p.breaker = 'closed' or p.open_until <= @now)
        order by ready.turn, ready.last_claimed_at nulls first, p.id
        limit @limit
        for no key update of p skip locked
        """;

    private const string TakeDeliveries = """
        with quota as (
            select * from unnest(@endpointIds, @quotas) as q (endpoint_id, quota)
        ), picked as (
            select d.id
            from quota q cross join lateral (
                select d.id
                from webhooks.deliveries_open d
                where d.endpoint_id = q.endpoint_id and d.next_attempt_at <= @now
                    and (d.order_key is null or not exists (
                        select 1 from webhooks.deliveries_open earlier
                        where earlier.endpoint_id = d.endpoint_id and earlier.order_key = d.order_key and earlier.seq < d.seq))
                order by d.next_attempt_at, d.seq
                limit q.quota
            ) d
        )
        update webhooks.deliveries_open d
        set status = 'delivering', attempt = d.attempt + 1, next_attempt_at = @until, lease_token = @token
        from picked, webhooks.messages m, webhooks.endpoints p
        where d.id = picked.id and m.id = d.message_id and m.day = d.day and p.id = d.endpoint_id
        returning d.id, d.endpoint_id, d.message_id, d.attempt, m.payload, p.url, p.secret,
            case when p.previous_until > @now then p.previous_secret end as previous_secret, d.lease_token, p.breaker <> 'closed' as probe,
            coalesce(p.scope_path[2], 0) as tenant
        """;

    private const string NoteTaken = """
        update webhooks.endpoints p
        set last_claimed_at = @now, rate_at = t.rate_at,
            breaker = case when t.probe then 'half_open' else p.breaker end, open_until = case when t.probe then @until else p.open_until end
        from unnest(@ids, @rates, @probes) as t (id, rate_at, probe)
        where p.id = t.id
        """;
}
