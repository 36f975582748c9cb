using System.Text.Json.Nodes;
using Hub.Integrations.Connections;
using Hub.Integrations.Contracts;
using Hub.Integrations.Health;
using Hub.Integrations.Integrations;
using Hub.Integrations.Secrets;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using MediatR;

namespace Hub.Integrations.ScopeConfig;

/// <summary>An integration that something above it changes.</summary>
/// <param name="Row">As it is.</param>
/// <param name="ChangedFields">Fields whose effective value becomes another one.</param>
/// <param name="MissingFields">Required fields without a value afterwards.</param>
internal sealed record AffectedIntegration(IntegrationRow Row, IReadOnlyList<string> ChangedFields, IReadOnlyList<string> MissingFields)
{
    public bool Reconfigured => ChangedFields.Count > 0;

    // Failures in a row were those of another configuration.
    public string Status => IntegrationStatus.Of(Row.Enabled, MissingFields.Count == 0, !Reconfigured && HealthFold.BreakerOpen(Row.ConsecutiveFailures));

    public bool Changes => Reconfigured || Status != Row.Status || !MissingFields.SequenceEqual(Row.MissingFields);
}

/// <summary>What a scope says about a type, before and after.</summary>
internal sealed record ChangedLevel(ConfigLevel Before, ConfigLevel After);

/// <summary>Finds the integrations that a change above them concerns, and brings them up to date. Inside the caller's transaction.</summary>
internal sealed class IntegrationsBelow(Db db, ConfigLevels levels, IntegrationSecrets secrets, IMediator mediator, TimeProvider time)
{
    /// <summary>Who is concerned by a change above them. Their rows are locked until the transaction ends.</summary>
    /// <param name="schema">The type, as it is from now on.</param>
    /// <param name="level">The level of a scope as it was and as it becomes; null when only the type changes.</param>
    /// <param name="ct">Cancels the reads.</param>
    public async Task<IReadOnlyList<AffectedIntegration>> Affected(IntegrationSchema schema, ChangedLevel? level, CancellationToken ct)
    {
        var rows = await db.List<IntegrationRow>(LockBelow, new { scopeId = level?.Before.ScopeId ?? Caller.PlatformScope, type = schema.Id }, ct);
        var known = await levels.Among(rows.SelectMany(row => row.ScopePath).ToHashSet(), [schema.Id], ct);
        return [.. rows.Select(row => Compare(row, schema, known, level)).Where(affected => affected.Changes)];
    }

    public async Task BringUpToDate(IReadOnlyList<AffectedIntegration> affected, CancellationToken ct)
    {
        if (affected.Count == 0)
            return;
        var rows = new JsonArray([.. affected.Select(one => new JsonObject
        {
            ["id"] = one.Row.Id,
            ["missing_fields"] = new JsonArray([.. one.MissingFields.Select(field => JsonValue.Create(field))]),
            ["status"] = one.Status,
            ["reconfigured"] = one.Reconfigured,
            ["forget"] = !Detection.Survives(one.Row.IntegrationType, one.ChangedFields),
        })]);
        var saved = (await db.List<IntegrationRow>(Update, new { rows = rows.ToJsonString(), now = time.GetUtcNow() }, ct)).ToDictionary(row => row.Id);
        foreach (var before in affected.Select(one => one.Row))
        {
            var after = saved[before.Id];
            await mediator.Publish(new IntegrationChanged(after.Info(), IntegrationChange.Updated), ct);
            if (before.HealthStatus != after.HealthStatus)
                await mediator.Publish(new IntegrationHealthChanged(after.Info(), before.HealthStatus, after.HealthStatus, null), ct);
        }
    }

    private AffectedIntegration Compare(IntegrationRow row, IntegrationSchema schema, KnownLevels known, ChangedLevel? level)
    {
        var own = ConfigLevel.Of(row, schema, secrets);
        IReadOnlyList<ConfigLevel> now = [.. known.Along(row.ScopePath, schema.Id, level?.Before), own];
        IReadOnlyList<ConfigLevel> then = [.. known.Along(row.ScopePath, schema.Id, level?.After), own];
        return new AffectedIntegration(
            row, Inheritance.Changed(Inheritance.Merge(now), Inheritance.Merge(then)), EffectiveConfigurations.Missing(schema, then));
    }

    private const string LockBelow = $"""
        select {IntegrationRow.Columns} from integrations.integrations
        where integration_type = @type and scope_path @> array[@scopeId]::bigint[]
        order by id
        for no key update
        """;

    private const string Update = $"""
        update integrations.integrations i
        set missing_fields = r.missing_fields, status = r.status,
            detected = case when r.forget then '{"{}"}' else i.detected end,
            health_status = case when r.reconfigured then 'unknown' else i.health_status end,
            health_reason = case when r.reconfigured then null else i.health_reason end,
            health_message = case when r.reconfigured then null else i.health_message end,
            health_since = case when r.reconfigured and i.health_status <> 'unknown' then @now else i.health_since end,
            consecutive_failures = case when r.reconfigured then 0 else i.consecutive_failures end,
            version = i.version + 1, updated_at = now()
        from jsonb_to_recordset(@rows::jsonb) as r (id bigint, missing_fields text[], status text, reconfigured boolean, forget boolean)
        where i.id = r.id
        returning i.id, i.scope_id, i.scope_path, i.name, i.integration_type, i.platform_name, i.integration_category, i.enabled, i.status, i.priority,
            i.secret_source, i.configuration, i.secrets, i.missing_fields, i.webhook_token, i.detected, i.health_status, i.health_reason, i.health_message,
            i.health_since, i.consecutive_failures, i.last_success_at, i.last_error, i.last_tested_at, i.last_test, i.version, i.created_at, i.updated_at
        """;
}
