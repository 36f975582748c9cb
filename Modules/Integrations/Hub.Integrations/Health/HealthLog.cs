using Hub.Integrations.Contracts;
using Hub.Integrations.Health.Checks;
using Hub.Integrations.Health.Expiry;
using Hub.Integrations.Health.History;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Text;
using MediatR;

namespace Hub.Integrations.Health;

/// <summary>
/// Folds observations into an integration's health, inside the caller's transaction, and tells of it when the health moved. The integration is held
/// meanwhile, so that of many observers at once exactly one tells.
/// </summary>
internal sealed class HealthLog(Db db, HealthStore store, HealthSlots slots, HealthOptions options, IMediator mediator, TimeProvider time)
{
    public const string Test = "test";
    public const string Call = "call";
    private static readonly TimeSpan FreshSuccess = TimeSpan.FromMinutes(1);

    /// <param name="integrationId">Whose; nothing happens when it is gone.</param>
    /// <param name="source"><see cref="Test"/> or <see cref="Call"/>.</param>
    /// <param name="seen">What happened.</param>
    /// <param name="latencyMs">How long it took; null when nothing was called.</param>
    /// <param name="ct">Cancels the writes.</param>
    public async Task Observe(long integrationId, string source, Observation seen, double? latencyMs, CancellationToken ct)
    {
        if (await store.Read(integrationId, ct) is not { } known)
            return;
        HealthMetrics.Observed(source, seen);
        // Words of third parties come along here.
        seen = seen with { Message = seen.Message is null ? null : StorableText.OneLine(seen.Message) };
        // A healthy integration that is called all the time is only counted, without waiting for its row and without writing it.
        if (!IsMoreOfTheSame(known, seen) && await store.Lock(integrationId, ct) is { } held)
            await Fold(held, seen, ct);
        await slots.Count(integrationId, seen, latencyMs, ct);
    }

    /// <summary>Looks again at what is known, after a credential's expiry was learned or time has gone by.</summary>
    public async Task Reconsider(long integrationId, DateTimeOffset? nextCheckAt, CancellationToken ct)
    {
        if (await store.Lock(integrationId, ct) is not { } known)
            return;
        var now = time.GetUtcNow();
        var state = ExpiryWarning.Over(ExpiryWarning.Under(known.State, known.LastSuccessAt is not null), known.Expiry, now);
        await Save(known, state, known.Breaker, null, nextCheckAt, ct);
    }

    /// <summary>
    /// Lets work through again to an integration that no test can try: the next real call decides, for one more failure opens the breaker for longer.
    /// </summary>
    public async Task HalfOpen(long integrationId, DateTimeOffset? nextCheckAt, CancellationToken ct)
    {
        if (await store.Lock(integrationId, ct) is { } known)
            await Save(
                known, known.State with { Failures = HealthFold.BreakerOpensAfter - 1 }, known.Breaker with { OpenUntil = null }, null, nextCheckAt, ct);
    }

    private static bool IsMoreOfTheSame(KnownHealth known, Observation seen) =>
        seen.Ok && known is { HealthStatus: HealthStatus.Healthy, ConsecutiveFailures: 0, Trips: 0 } && seen.At - known.LastSuccessAt < FreshSuccess;

    private Task Fold(KnownHealth known, Observation seen, CancellationToken ct)
    {
        var folded = HealthFold.Next(known.State, seen);
        var breaker = known.Breaker.Next(folded.Failures, seen);
        return Save(
            known, ExpiryWarning.Over(folded, known.Expiry, seen.At), breaker, seen, CheckSchedule.After(known.Id, folded, breaker, seen, options.Interval), ct);
    }

    private async Task Save(KnownHealth known, HealthState after, Breaker breaker, Observation? seen, DateTimeOffset? next, CancellationToken ct)
    {
        var before = known.State;
        var status = IntegrationStatus.Of(known.Enabled, known.Complete, HealthFold.BreakerOpen(after.Failures));
        var updated = await db.One<IntegrationRow>(Update, new
        {
            known.Id,
            status,
            healthStatus = after.Status,
            after.Reason,
            after.Message,
            since = after.Status == before.Status ? before.Since : after.Since,
            after.Failures,
            succeededAt = seen is { Ok: true } ? seen.At : (DateTimeOffset?)null,
            failed = seen is { Ok: false },
            failure = seen is { Ok: false } ? seen.Message : null,
        }, ct);
        var checkedOn = status is IntegrationStatus.Active or IntegrationStatus.Error;
        await db.Execute(Plan, new { known.Id, next = checkedOn ? next : null, breaker.Trips, breaker.OpenUntil }, ct);
        var warned = await Warn(known, after, ct);
        if (before.Status != after.Status || warned)
            await mediator.Publish(new IntegrationHealthChanged(updated.Info(), before.Status, after.Status, after.Reason, after.Message), ct);
        if (known.Status != status)
            await mediator.Publish(new IntegrationChanged(updated.Info(), IntegrationChange.Updated), ct);
    }

    /// <returns>Whether a threshold was reached that was not told yet.</returns>
    private async Task<bool> Warn(KnownHealth known, HealthState after, CancellationToken ct)
    {
        if (!ExpiryWarning.Is(after) || known.Expiry is not { } expiry)
            return false;
        var threshold = ExpiryWarning.Threshold(expiry.At, time.GetUtcNow()) ?? 0;
        return !known.HasTold(expiry, threshold) && await db.Execute(Told, new { known.Id, expiry.At, threshold }, ct) > 0;
    }

    // The version moves only when a client would see something new: a thousand good calls leave everybody's ETag alone.
    private const string Update = $"""
        update integrations.integrations
        set status = @status, health_status = @healthStatus, health_reason = @reason, health_message = @message, health_since = @since,
            consecutive_failures = @failures,
            last_success_at = coalesce(@succeededAt, last_success_at),
            last_error = case when @failed then @failure::text else last_error end,
            version = version + case when health_status <> @healthStatus or status <> @status then 1 else 0 end
        where id = @id
        returning {IntegrationRow.Columns}
        """;

    private const string Plan = """
        insert into integrations.health_checks (integration_id, next_check_at, trips, open_until)
        values (@id, @next, @trips, @openUntil)
        on conflict (integration_id) do update set next_check_at = excluded.next_check_at, trips = excluded.trips, open_until = excluded.open_until
        """;

    private const string Told = """
        insert into integrations.credential_expiries (integration_id, told_for, told_days)
        values (@id, @at, @threshold)
        on conflict (integration_id) do update set told_for = excluded.told_for, told_days = excluded.told_days
        """;
}
