using System.Text.Json;
using Hub.Integrations.ScopeConfig;
using Hub.Integrations.Secrets;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Problems;

namespace Hub.Integrations.Integrations;

/// <summary>What PATCH and PUT share: one locked read, one check, one write.</summary>
internal sealed class IntegrationEdit(
    Db db, Caller caller, IntegrationStore store, IntegrationTypes types, IntegrationSecrets secrets, ConfigLevels levels, IntegrationChanges changes, IntegrationView view)
{
    /// <summary>What can be sent but never changed.</summary>
    public sealed record Fixed(string? IntegrationType, long? ScopeId);

    public sealed record Sent(
        string Name, bool Enabled, int Priority, string SecretSource, IReadOnlyDictionary<string, JsonElement>? Configuration, bool Replace)
    {
        public override string ToString() => nameof(Sent);
    }

    public async Task<IntegrationAnswer> Run(long id, IfMatch ifMatch, Fixed unchanged, Func<IntegrationRow, Sent> sentFor, CancellationToken ct)
    {
        await using var tx = await db.Begin(ct);
        var row = await store.Lock(id, caller.ScopeId, ct);
        ifMatch.Require(row.Version);
        var sent = sentFor(row);
        SecretSourceRights.RequireFor(caller, row.SecretSource, sent.SecretSource);
        var schema = await types.Of(row, ct);
        Refuse(unchanged, row, schema);
        var draft = sent.Configuration is { } given
            ? Configuration.Draft(
                schema, await levels.Inherited(row.ScopePath, schema.Id, Stored(row, schema, sent.SecretSource), ct), given, sent.Replace, sent.SecretSource is SecretSources.Environment).ThrowIfInvalid()
            : null;
        var saved = await changes.Change(row, schema, new WantedIntegration(sent.Name, sent.Enabled, sent.Priority, sent.SecretSource, draft), ct);
        await tx.Commit(ct);
        return view.Of(saved, schema);
    }

    private StoredConfiguration Stored(IntegrationRow row, IntegrationSchema schema, string source) =>
        new(row.Configuration, secrets.Present(row.SecretSource == source ? row : row with { SecretSource = source, Secrets = [] }, schema));

    private static void Refuse(Fixed sent, IntegrationRow row, IntegrationSchema schema)
    {
        if (sent.IntegrationType is { } type && type != row.IntegrationType && !schema.Aliases.Contains(type))
            throw new InvalidException("integration_type", $"cannot change: this is a {schema.Name} integration. Create another one and delete this one.");
        if (sent.ScopeId is { } scope && scope != row.ScopeId)
            throw new InvalidException("scope_id", "cannot change: an integration stays in its scope. Create another one there and delete this one.");
    }
}
