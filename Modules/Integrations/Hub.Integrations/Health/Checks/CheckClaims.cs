using Hub.SharedKernel.Data;

namespace Hub.Integrations.Health.Checks;

/// <summary>A check that this process has to do, and nobody else until <see cref="CheckClaims.Lease"/> is over.</summary>
internal sealed record CheckClaim(long IntegrationId, long LeaseToken, DateTimeOffset DueAt);

/// <summary>Takes checks that are due, one at a time, and fences what comes of them.</summary>
internal sealed class CheckClaims(Db db, HealthOptions options, TimeProvider time)
{
    /// <summary>Longer than any test may take.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);
    private const int EnrolledAtOnce = 500;

    /// <returns>Null when nothing is due.</returns>
    public Task<CheckClaim?> Take(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        // What hung the last time may take up half of the places, so that the others get theirs.
        return db.First<CheckClaim>(TakeNext, new { now, until = now + Lease, slow = Math.Max(1, options.Parallelism / 2) }, ct);
    }

    /// <summary>Ends the claim, inside the transaction that keeps its result.</summary>
    /// <returns>False when somebody else has taken the check since: the result is stale.</returns>
    public async Task<bool> End(CheckClaim claim, CancellationToken ct) => await db.Execute(Finish, new { claim.IntegrationId, claim.LeaseToken }, ct) == 1;

    /// <summary>Gives the check back undone, for another process to take at once.</summary>
    public Task GiveBack(CheckClaim claim, CancellationToken ct) => End(claim, ct);

    public Task Plan(long integrationId, DateTimeOffset? next, CancellationToken ct) => db.Execute(SetNext, new { integrationId, next }, ct);

    /// <summary>Gives every integration in use that has no next check one. Those nobody knows anything of yet come soon, the others at their own place.</summary>
    /// <returns>How many were given one; fewer than there are when there are very many.</returns>
    public async Task<int> Enrol(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var found = await db.List<Unplanned>(SelectUnplanned, new { limit = EnrolledAtOnce }, ct);
        if (found.Count == 0)
            return 0;
        return await db.Execute(InsertPlans, new
        {
            ids = found.Select(one => one.Id).ToArray(),
            times = found.Select(one => one.Known ? CheckSchedule.Regular(one.Id, now, options.Interval) : CheckSchedule.First(one.Id, now)).ToArray(),
        }, ct);
    }

    private sealed record Unplanned(long Id, bool Known);

    private const string TakeNext = """
        with next as (
            select c.integration_id, c.next_check_at
            from integrations.health_checks c
            join integrations.integrations i on i.id = c.integration_id
            where c.next_check_at <= @now and (c.lease_until is null or c.lease_until < @now)
              and (i.health_reason is distinct from 'timeout' or @slow > (
                  select count(*)
                  from integrations.health_checks b
                  join integrations.integrations s on s.id = b.integration_id
                  where b.lease_until >= @now and s.health_reason = 'timeout'))
            order by c.next_check_at
            limit 1
            for update of c skip locked
        )
        update integrations.health_checks c
        set lease_until = @until, lease_token = c.lease_token + 1
        from next
        where c.integration_id = next.integration_id
        returning c.integration_id, c.lease_token, next.next_check_at as due_at
        """;

    private const string Finish = """
        update integrations.health_checks set lease_until = null where integration_id = @integrationId and lease_token = @leaseToken
        """;

    private const string SetNext = """
        update integrations.health_checks set next_check_at = @next where integration_id = @integrationId
        """;

    private const string SelectUnplanned = """
        select i.id, i.health_status <> 'unknown' as known
        from integrations.integrations i
        left join integrations.health_checks c on c.integration_id = i.id
        where i.status in ('active', 'error') and c.next_check_at is null
        order by i.id
        limit @limit
        """;

    // Skips what is being deleted at this moment: waiting for several such rows could meet somebody who waits the other way round.
    private const string InsertPlans = """
        insert into integrations.health_checks as c (integration_id, next_check_at)
        select i.id, p.next
        from unnest(@ids::bigint[], @times::timestamptz[]) as p (id, next)
        join integrations.integrations i on i.id = p.id
        for key share of i skip locked
        on conflict (integration_id) do update set next_check_at = excluded.next_check_at where c.next_check_at is null
        """;
}
