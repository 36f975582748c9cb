using System.Text.Json;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Http;
using Hub.Webhooks.Announcements;

namespace Hub.Webhooks.Sending;

/// <summary>Writes down what came of deliveries, many at once: their state, their attempts, and how their endpoints are doing now.</summary>
internal sealed class DeliverySettlement(Db db, Audit audit)
{
    private const int MaxText = 1000;

    private sealed record Endpoint(
        long Id, IReadOnlyList<long> ScopePath, string Url, string State, string? DisabledReason, int Failures, DateTimeOffset? FailingSince,
        DateTimeOffset? LastSuccessAt, string Breaker, DateTimeOffset? OpenUntil, int TimesOpened, int? SlowStart, DateTimeOffset? NotBefore)
    {
        public EndpointCondition Condition => new(
            State, DisabledReason, Failures, FailingSince, LastSuccessAt, Breaker, OpenUntil, TimesOpened, SlowStart, NotBefore);
    }

    private sealed record Row(
        Guid Id, Guid LeaseToken, string Status, int Attempt, int Made, DateTimeOffset? NextAttemptAt, DateTimeOffset StartedAt, double DurationMs,
        int? StatusCode, string? Error, string? ResponseHead);

    public async Task Write(IReadOnlyList<SentDelivery> sent, DateTimeOffset now, CancellationToken ct)
    {
        await using var tx = await db.Begin(ct);
        var endpoints = await db.List<Endpoint>(LockEndpoints, new { ids = sent.Select(one => one.Claim.EndpointId).Distinct().ToArray() }, ct);
        var conditions = new Dictionary<long, EndpointCondition>();
        var rows = new List<Row>(sent.Count);
        foreach (var endpoint in endpoints)
        {
            var condition = endpoint.Condition;
            foreach (var one in sent.Where(one => one.Claim.EndpointId == endpoint.Id))
            {
                condition = EndpointBreaker.Next(condition, one.Outcome, now);
                rows.Add(RowOf(one, condition, now));
            }

            conditions[endpoint.Id] = condition;
        }

        await db.Execute(Settle, new { rows = JsonSerializer.SerializeToElement(rows, HubJson.Options), now }, ct);
        await db.Execute(UpdateEndpoints, new
        {
            rows = JsonSerializer.SerializeToElement(conditions.Select(pair => new
            {
                id = pair.Key,
                pair.Value.State,
                pair.Value.DisabledReason,
                pair.Value.Failures,
                pair.Value.FailingSince,
                pair.Value.LastSuccessAt,
                pair.Value.Breaker,
                pair.Value.OpenUntil,
                pair.Value.TimesOpened,
                pair.Value.SlowStart,
                pair.Value.NotBefore,
            }), HubJson.Options),
        }, ct);
        foreach (var endpoint in endpoints)
            await TellOwner(endpoint, conditions[endpoint.Id], now, ct);
        await tx.Commit(ct);
    }

    private static Row RowOf(SentDelivery one, EndpointCondition endpoint, DateTimeOffset now)
    {
        var (claim, outcome) = (one.Claim, one.Outcome);
        var accepted = outcome.Verdict is DeliveryVerdict.Accepted;
        // Waiting for a breaker, or for an endpoint that wants less, costs no attempt.
        var free = !accepted && (claim.Probe || outcome.Verdict is DeliveryVerdict.Throttled);
        var next = accepted || endpoint.State is "disabled" ? null
            : free ? endpoint.OpenUntil ?? endpoint.NotBefore ?? now
            : now + DeliverySchedule.After(claim.Attempt, outcome.RetryAfter, Random.Shared.NextDouble());
        return new Row(
            claim.Id, claim.LeaseToken, accepted ? "delivered" : next is null ? "failed" : "pending", free ? claim.Attempt - 1 : claim.Attempt, claim.Attempt, next,
            one.StartedAt, one.DurationMs, outcome.StatusCode, Cut(outcome.Error), outcome.Head);
    }

    private async Task TellOwner(Endpoint endpoint, EndpointCondition after, DateTimeOffset now, CancellationToken ct)
    {
        if (EndpointBreaker.News(endpoint.Condition, after) is not { } news)
            return;
        if (news is "endpoint.disabled")
        {
            await db.Execute(FailWaiting, new { endpoint.Id, now, error = after.DisabledReason }, ct);
            await audit.Record(
                news, "endpoint", endpoint.Id, endpoint.ScopePath, AuditDiff.Between(new { endpoint.State }, new { after.State, reason = after.DisabledReason }), ct);
        }

        await Announcer.Tell(db, endpoint.ScopePath, [new Announcement(news, new
        {
            endpointId = endpoint.Id,
            endpoint.Url,
            after.State,
            after.Breaker,
            after.Failures,
            after.FailingSince,
            reason = after.DisabledReason,
        }, LiveOnly: true)], now, ct);
    }

    private static string? Cut(string? text) => text is { Length: > MaxText } ? text[..MaxText] : text;

    private const string LockEndpoints = """
        select id, scope_path, url, state, disabled_reason, failures, failing_since, last_success_at, breaker, open_until, times_opened, slow_start, not_before
        from webhooks.endpoints
        where id = any(@ids)
        order by id
        for no key update
        """;

    private const string Settle = """
        with ended as (
            select * from jsonb_to_recordset(@rows) as r (
                id uuid, lease_token uuid, status text, attempt int, made int, next_attempt_at timestamptz, started_at timestamptz, duration_ms double precision,
                status_code int, error text, response_head text)
        ), settled as (
            update webhooks.deliveries d
            set status = ended.status, attempt = ended.attempt, next_attempt_at = coalesce(ended.next_attempt_at, d.next_attempt_at), lease_token = null,
                status_code = ended.status_code, latency_ms = ended.duration_ms, last_error = ended.error,
                completed_at = case when ended.status <> 'pending' then @now end
            from ended
            where d.id = ended.id and d.lease_token = ended.lease_token and d.status = 'delivering'
            returning d.id
        )
        insert into webhooks.delivery_attempts (delivery_id, attempt, started_at, duration_ms, status_code, error, response_head)
        select ended.id, ended.made, ended.started_at, ended.duration_ms, ended.status_code, ended.error, ended.response_head
        from ended join settled on settled.id = ended.id
        """;

    private const string UpdateEndpoints = """
        update webhooks.endpoints p
        set state = r.state, disabled_reason = r.disabled_reason, failures = r.failures, failing_since = r.failing_since, last_success_at = r.last_success_at,
            breaker = r.breaker, open_until = r.open_until, times_opened = r.times_opened, slow_start = r.slow_start, not_before = r.not_before
        from jsonb_to_recordset(@rows) as r (
            id bigint, state text, disabled_reason text, failures int, failing_since timestamptz, last_success_at timestamptz, breaker text,
            open_until timestamptz, times_opened int, slow_start int, not_before timestamptz)
        where p.id = r.id
        """;

    private const string FailWaiting = """
        update webhooks.deliveries set status = 'failed', last_error = @error, completed_at = @now
        where endpoint_id = @id and status = 'pending'
        """;
}
