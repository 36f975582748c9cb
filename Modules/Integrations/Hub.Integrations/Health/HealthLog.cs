using Hub.Integrations.Contracts;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Data;
using MediatR;

namespace Hub.Integrations.Health;

/// <summary>Folds an observation into an integration's health, inside the caller's transaction, and tells of it when the health moved.</summary>
internal sealed class HealthLog(Db db, IMediator mediator)
{
    public const string Test = "test";
    public const string Call = "call";

    /// <param name="integrationId">Whose; nothing happens when it is gone.</param>
    /// <param name="source"><see cref="Test"/> or <see cref="Call"/>.</param>
    /// <param name="seen">What happened.</param>
    /// <param name="latencyMs">How long it took; null when nothing was called.</param>
    /// <param name="ct">Cancels the writes.</param>
    public async Task Observe(long integrationId, string source, Observation seen, double? latencyMs, CancellationToken ct)
    {
        if (await db.First<IntegrationRow>(Lock, new { integrationId }, ct) is not { } row)
            return;
        // Words of third parties come along here.
        seen = seen with { Message = seen.Message is null ? null : StorableText.OneLine(seen.Message) };
        var before = new HealthState(row.HealthStatus, row.HealthReason, row.HealthMessage, row.HealthSince, row.ConsecutiveFailures);
        var after = HealthFold.Next(before, seen);
        var status = IntegrationStatus.Of(row.Enabled, row.MissingFields.Count == 0, HealthFold.BreakerOpen(after.Failures));
        await db.Execute(Insert, new { integrationId, seen.At, source, seen.Ok, seen.Reason, latencyMs }, ct);
        var updated = await db.One<IntegrationRow>(Update, new
        {
            integrationId,
            status,
            healthStatus = after.Status,
            after.Reason,
            after.Message,
            after.Since,
            after.Failures,
            seen.Ok,
            seen.At,
            failure = seen.Ok ? null : seen.Message,
        }, ct);
        if (before.Status != after.Status)
            await mediator.Publish(new IntegrationHealthChanged(updated.Info(), before.Status, after.Status, after.Reason), ct);
        if (row.Status != status)
            await mediator.Publish(new IntegrationChanged(updated.Info(), IntegrationChange.Updated), ct);
    }

    private const string Lock = $"select {IntegrationRow.Columns} from integrations.integrations where id = @integrationId for no key update";

    private const string Insert = """
        insert into integrations.health_observations (integration_id, at, source, ok, reason, latency_ms)
        values (@integrationId, @at, @source, @ok, @reason, @latencyMs)
        """;

    // The version moves only when a client would see something new: a thousand good calls leave everybody's ETag alone.
    private const string Update = $"""
        update integrations.integrations
        set status = @status, health_status = @healthStatus, health_reason = @reason, health_message = @message, health_since = @since,
            consecutive_failures = @failures,
            last_success_at = case when @ok then @at else last_success_at end,
            last_error = case when @ok then last_error else @failure::text end,
            version = version + case when health_status <> @healthStatus or status <> @status then 1 else 0 end
        where id = @integrationId
        returning {IntegrationRow.Columns}
        """;
}
