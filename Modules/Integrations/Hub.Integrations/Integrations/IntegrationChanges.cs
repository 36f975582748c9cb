using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Integrations.Connections;
using Hub.Integrations.Contracts;
using Hub.Integrations.Health;
using Hub.Integrations.Health.Expiry;
using Hub.Integrations.ScopeConfig;
using Hub.Integrations.Secrets;
using Hub.Integrations.Sso;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Problems;
using MediatR;

namespace Hub.Integrations.Integrations;

/// <summary>What a new integration shall be.</summary>
internal sealed record NewIntegration(
    long ScopeId, IReadOnlyList<long> ScopePath, string Name, IntegrationSchema Schema, DraftedConfiguration Configuration, bool Enabled, int Priority,
    string SecretSource);

/// <summary>What an existing integration shall become.</summary>
/// <param name="Configuration">Null leaves it as it is.</param>
internal sealed record WantedIntegration(string Name, bool Enabled, int Priority, string SecretSource, DraftedConfiguration? Configuration)
{
    public static WantedIntegration Same(IntegrationRow row) => new(row.Name, row.Enabled, row.Priority, row.SecretSource, null);
}

/// <summary>Makes and changes integrations with everything that belongs to it: encryption, status, audit, and the news of it. Inside the caller's transaction.</summary>
internal sealed class IntegrationChanges(
    IntegrationStore store, IntegrationSecrets secrets, ConfigLevels levels, ExpiryStore expiries, FormerSecrets former, Audit audit, IMediator mediator,
    TimeProvider time, CallerAccessor caller)
{
    /// <returns>Null when the name is taken in its scope.</returns>
    /// <exception cref="InvalidException">It shall be enabled but lacks required fields.</exception>
    /// <exception cref="ConflictException">It sets a field that a scope above locked.</exception>
    public async Task<IntegrationRow?> Create(NewIntegration wanted, CancellationToken ct)
    {
        var (schema, draft) = (wanted.Schema, wanted.Configuration);
        SsoRights.RequireFor(caller.Current, schema.Id);
        var id = await store.NextId(ct);
        var health = HealthState.Unobserved(time.GetUtcNow());
        var row = new IntegrationRow(
            id, wanted.ScopeId, wanted.ScopePath, wanted.Name.Trim(), schema.Id, schema.PlatformName, schema.IntegrationCategory, wanted.Enabled,
            IntegrationStatus.Configuring, wanted.Priority, wanted.SecretSource, draft.Values, secrets.Seal($"integration:{id}", draft.NewSecrets),
            [], WebhookToken.New(), JsonElement.Parse("{}"), health.Status, null, null, health.Since, 0, null, null, null, null, 1, default, default);
        var missing = await Missing(null, row, schema, ct);
        row = row with { MissingFields = missing, Status = StatusOf(wanted.Enabled, missing, 0) };
        if (await store.Insert(row, ct) is not { } created)
            return null;
        await audit.Record("integration.created", "integration", id, created.ScopePath, IntegrationDiff.Between(null, created, draft.NewSecrets.Keys), ct);
        await mediator.Publish(new IntegrationChanged(created.Info(), IntegrationChange.Created), ct);
        return created;
    }

    /// <summary>A change that changes nothing writes nothing.</summary>
    /// <exception cref="InvalidException">It shall be enabled but lacks required fields.</exception>
    /// <exception cref="ConflictException">The name is taken in its scope, or it sets a field that a scope above locked.</exception>
    public async Task<IntegrationRow> Change(IntegrationRow before, IntegrationSchema schema, WantedIntegration wanted, CancellationToken ct)
    {
        SsoRights.RequireFor(caller.Current, schema.Id);
        var draft = wanted.Configuration;
        var values = draft?.Values ?? before.Configuration;
        var after = before with
        {
            Name = wanted.Name.Trim(),
            PlatformName = schema.PlatformName,
            IntegrationCategory = schema.IntegrationCategory,
            Enabled = wanted.Enabled,
            Priority = wanted.Priority,
            SecretSource = wanted.SecretSource,
            Configuration = values,
            Secrets = Sealed(before, wanted),
        };
        var missing = await Missing(before, after, schema, ct);
        after = after with { MissingFields = missing, Status = StatusOf(wanted.Enabled, missing, before.ConsecutiveFailures) };
        var changedSecrets = IntegrationDiff.Secrets(before, after);
        var reconfigured = changedSecrets.Count > 0 || before.SecretSource != after.SecretSource || !JsonNode.DeepEquals(before.Configuration, after.Configuration);
        if (reconfigured)
            after = Unobserved(before, after, changedSecrets);
        var diff = IntegrationDiff.Between(before, after, changedSecrets);
        if (diff.Count == 0 && before.Status == after.Status && before.MissingFields.SequenceEqual(missing))
            return before;

        var saved = await store.Update(after, ct);
        if (changedSecrets.Count > 0)
        {
            await expiries.Enter(saved.Id, null, ct);
            await former.Follow(before, saved, schema, ct);
        }

        await audit.Record(IntegrationDiff.ActionOf(diff, saved), "integration", saved.Id, saved.ScopePath, diff, ct);
        await Tell(before, saved, diff, ct);
        return saved;
    }

    private static string StatusOf(bool enabled, IReadOnlyList<string> missing, int failures) => enabled && missing.Count > 0
        ? throw new InvalidException(Configuration.MissingErrors(missing))
        : IntegrationStatus.Of(enabled, missing.Count == 0, HealthFold.BreakerOpen(failures));

    private async Task<IReadOnlyList<string>> Missing(IntegrationRow? before, IntegrationRow after, IntegrationSchema schema, CancellationToken ct)
    {
        await levels.Share(schema.Id, ct);
        var above = await levels.Along(after.ScopePath, schema.Id, ct);
        var own = ConfigLevel.Of(after, schema, secrets);
        var former = before is null ? null : ConfigLevel.Of(before, schema, secrets);
        FieldLocks.Require(above, former, own, "configuration");
        SecretDestinations.Require(schema, above, former, own, "configuration");
        return EffectiveConfigurations.Missing(schema, [.. above, own]);
    }

    private JsonObject Sealed(IntegrationRow before, WantedIntegration wanted)
    {
        if (wanted.SecretSource is SecretSources.Environment)
            return [];
        if (wanted.Configuration is not { } draft)
            return before.Secrets;
        var kept = secrets.Seal(before.Owner, draft.NewSecrets);
        foreach (var (field, stored) in before.Secrets.Where(pair => draft.KeptSecrets.Contains(pair.Key)))
            kept.TryAdd(field, stored!.DeepClone());
        return kept;
    }

    // What was observed was another configuration.
    private IntegrationRow Unobserved(IntegrationRow before, IntegrationRow after, IReadOnlyCollection<string> changedSecrets)
    {
        var health = before.HealthStatus is HealthStatus.Unknown ? HealthState.Unobserved(before.HealthSince) : HealthState.Unobserved(time.GetUtcNow());
        return after with
        {
            HealthStatus = health.Status,
            HealthReason = null,
            HealthMessage = null,
            HealthSince = health.Since,
            ConsecutiveFailures = 0,
            Status = StatusOf(after.Enabled, after.MissingFields, 0),
            Detected = Detection.After(before, after, changedSecrets),
        };
    }

    private async Task Tell(IntegrationRow before, IntegrationRow after, JsonObject diff, CancellationToken ct)
    {
        if (diff.Any(change => change.Key is not "enabled") || before.Enabled == after.Enabled)
            await mediator.Publish(new IntegrationChanged(after.Info(), IntegrationChange.Updated), ct);
        if (before.Enabled != after.Enabled)
            await mediator.Publish(new IntegrationChanged(after.Info(), after.Enabled ? IntegrationChange.Enabled : IntegrationChange.Disabled), ct);
        if (before.HealthStatus != after.HealthStatus)
            await mediator.Publish(new IntegrationHealthChanged(after.Info(), before.HealthStatus, after.HealthStatus, after.HealthReason), ct);
    }
}
