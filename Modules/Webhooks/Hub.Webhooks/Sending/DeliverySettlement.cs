using System.Text.Json;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Http;
using Hub.Webhooks.Notices;

namespace Hub.Webhooks.Sending;

/// <summary>Writes down what came of deliveries, many at once: their state, their attempts, and how their endpoints are doing now.</summary>
internal sealed class DeliverySettlement(Db db, OwnerNews owners)
{
    private const int MaxText = 1000;

    private sealed record Endpoint(
        long Id, IReadOnlyList<long> ScopePath, string Url, string State, string? DisabledReason, int Failures, DateTimeOffset? FailingSince,
        DateTimeOffset? LastSuccessAt, string Breaker, DateTimeOffset? OpenUntil, int TimesOpened, int? SlowStart, DateTimeOffset? NotBefore,
        DateTimeOffset? LastFailureAt, string? Description)
    {
        public EndpointCondition Condition => new(
            State, DisabledReason, Failures, FailingSince, LastSuccessAt, Breaker, OpenUntil, TimesOpened, SlowStart, NotBefore, LastFailureAt);

        public override string ToString() => $"Endpoint {Id}";
    }

    private sealed record Entry(int Number, DateTimeOffset StartedAt, double DurationMs, int? StatusCode, string? Error, string? ResponseHead);

    private sealed record Row(Guid Id, Guid LeaseToken, string Status, int Attempt, DateTimeOffset? NextAttemptAt, Entry Entry);

    public async Task Write(IReadOnlyList<SentDelivery> sent, DateTimeOffset now, CancellationToken ct)
    {
        var byEndpoint = sent.ToLookup(one => one.Claim.EndpointId);
        await using var tx = await db.Begin(ct);
        var endpoints = await db.List<Endpoint>(LockEndpoints, new { ids = byEndpoint.Select(one => one.Key).ToArray() }, ct);
        var conditions = new Dictionary<long, EndpointCondition>();
        var rows = new List<Row>(sent.Count);
        foreach (var endpoint in endpoints)
        {
            var condition = endpoint.Condition;
            foreach (var one in byEndpoint[endpoint.Id])
            {
                condition = EndpointBreaker.Next(condition, one.Outcome, now);
                rows.Add(RowOf(one, condition, now));
            }

            conditions[endpoint.Id] = condition;
        }

        await db.Execute(Settle, new { rows = JsonSerializer.SerializeToElement(rows, HubJson.Options), now }, ct);
        await db.Execute(UpdateEndpoints, new
        {
            ids = conditions.Keys.ToArray(),
            conditions = conditions.Values.Select(condition => JsonSerializer.Serialize(condition, HubJson.Options)).ToArray(),
        }, ct);
        foreach (var endpoint in endpoints)
        {
            var error = byEndpoint[endpoint.Id].LastOrDefault(one => one.Outcome.Error is not null)?.Outcome.Error;
            await owners.Tell(
                new ToldEndpoint(endpoint.Id, endpoint.ScopePath, endpoint.Url, endpoint.Description), endpoint.Condition, conditions[endpoint.Id], Cut(error), now, ct);
        }

        await tx.Commit(ct);
    }

    private static Row RowOf(SentDelivery one, EndpointCondition endpoint, DateTimeOffset now)
    {
        var (claim, outcome) = (one.Claim, one.Outcome);
        var fate = DeliveryFate.Of(claim.Attempt, claim.Probe, outcome, endpoint, now, Random.Shared.NextDouble());
        return new Row(
            claim.Id, claim.LeaseToken, fate.Status, fate.Attempt, fate.NextAttemptAt,
            new Entry(claim.Attempt, one.StartedAt, one.DurationMs, outcome.StatusCode, Cut(outcome.Error), outcome.Head));
    }

    private static string? Cut(string? text) => text is { Length: > MaxText } ? text[..MaxText] : text;

    private const string LockEndpoints = """
        select id, scope_path, url, state, disabled_reason, failures, failing_since, last_success_at, breaker, open_until, times_opened, slow_start, not_before,
            last_failure_at, description
        from webhooks.endpoints
        where id = any(@ids)
        order by id
        for no key update
        """;

    // Followers of one that comes again wait with it: claims need not look at them until then.
    private const string Settle = """
        with ended as (
            select * from jsonb_to_recordset(@rows) as r (id uuid, lease_token uuid, status text, attempt int, next_attempt_at timestamptz, entry jsonb)
        ), settled as (
            update webhooks.deliveries d
            set status = ended.status, is_over = ended.status <> 'pending', attempt = ended.attempt, lease_token = null,
                next_attempt_at = coalesce(ended.next_attempt_at, d.next_attempt_at), status_code = (ended.entry ->> 'status_code')::int,
                latency_ms = (ended.entry ->> 'duration_ms')::double precision, last_error = ended.entry ->> 'error',
                attempts = case when jsonb_array_length(d.attempts) < 50 then d.attempts else d.attempts - 0 end || ended.entry,
                completed_at = case when ended.status <> 'pending' then @now end
            from ended
            where d.id = ended.id and not d.is_over and d.lease_token = ended.lease_token and d.status = 'delivering'
            returning d.endpoint_id, d.order_key, d.seq, d.status, d.next_attempt_at
        )
        update webhooks.deliveries_open f
        set next_attempt_at = s.next_attempt_at
        from settled s
        where s.status = 'pending' and s.order_key is not null and f.endpoint_id = s.endpoint_id and f.order_key = s.order_key and f.seq > s.seq
            and f.status = 'pending' and f.next_attempt_at < s.next_attempt_at
        """;

    private const string UpdateEndpoints = """
        update webhooks.endpoints p
        set state = r.state, disabled_reason = r.disabled_reason, failures = r.failures, failing_since = r.failing_since, last_success_at = r.last_success_at,
            breaker = r.breaker, open_until = r.open_until, times_opened = r.times_opened, slow_start = r.slow_start, not_before = r.not_before,
            last_failure_at = r.last_failure_at
        from unnest(@ids, @conditions) as t (id, condition), lateral jsonb_to_record(t.condition::jsonb) as r (
            state text, disabled_reason text, failures int, failing_since timestamptz, last_success_at timestamptz, breaker text,
            open_until timestamptz, times_opened int, slow_start int, not_before timestamptz, last_failure_at timestamptz)
        where p.id = t.id
        """;
}
