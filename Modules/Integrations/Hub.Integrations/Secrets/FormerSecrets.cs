using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Integrations.Integrations;
using Hub.Integrations.ScopeConfig;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Secrets;
using Hub.SharedKernel.Workers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Integrations.Secrets;

/// <summary>
/// The secrets before the present ones, for the fields that prove webhooks: the provider changes over later than the hub. Kept for
/// <c>Hub:Webhooks:SecretOverlapHours</c> (24 unless set, 0 for not at all), one per field, and gone at once when the field is emptied.
/// </summary>
internal sealed class FormerSecrets(Db db, SecretProtector protector, IConfiguration configuration, TimeProvider time)
{
    private TimeSpan Overlap => TimeSpan.FromHours(Math.Clamp(configuration.GetValue("Hub:Webhooks:SecretOverlapHours", 24), 0, 24 * 30));

    /// <summary>Follows a change of an integration's own secrets, in its transaction.</summary>
    public async Task Follow(IntegrationRow before, IntegrationRow after, IntegrationSchema schema, CancellationToken ct)
    {
        foreach (var field in await Follow(new Owner(after.Owner, after.Id, null), before.Secrets, after.Secrets, schema, ct))
            await db.Execute(ForgetHandshake, new { after.Id, field }, ct);
    }

    /// <summary>The same of secrets that a scope gives to the integrations below.</summary>
    public Task Follow(ConfigLevel before, ConfigLevel after, IntegrationSchema schema, CancellationToken ct) =>
        Follow(new Owner(after.Owner, null, after.ScopeId), before.Secrets, after.Secrets, schema, ct);

    /// <summary>What still counts of several owners, opened, by owner.</summary>
    public async Task<ILookup<string, KeyValuePair<string, string>>> Of(IEnumerable<string> owners, CancellationToken ct)
    {
        var rows = await db.List<Row>(Select, new { owners = owners.Distinct().ToArray(), now = time.GetUtcNow() }, ct);
        return rows.Select(row => (row.Owner, row.Field, Plain: protector.TryUnprotect(row.Owner, row.Field, row.Secret)))
            .Where(row => row.Plain is not null)
            .ToLookup(row => row.Owner, row => KeyValuePair.Create(row.Field, row.Plain!));
    }

    private async Task<IReadOnlyList<string>> Follow(Owner owner, JsonObject before, JsonObject after, IntegrationSchema schema, CancellationToken ct)
    {
        var changed = ProvingFields(schema).Where(field => !IsSame(owner.Name, field, before, after)).ToArray();
        foreach (var field in changed)
        {
            await db.Execute(Forget, new { owner.Name, field }, ct);
            if (Overlap > TimeSpan.Zero && before[field] is { } old && after[field] is not null)
                await db.Execute(Keep, new { owner.Name, owner.IntegrationId, owner.ScopeId, field, secret = old.GetValue<string>(), until = time.GetUtcNow() + Overlap }, ct);
        }

        return changed;
    }

    // Ciphertexts differ after a rotation of the keys.
    private bool IsSame(string owner, string field, JsonObject before, JsonObject after) => JsonNode.DeepEquals(before[field], after[field])
        || Plain(owner, field, before) is { } plain && plain == Plain(owner, field, after);

    private string? Plain(string owner, string field, JsonObject secrets) =>
        secrets[field] is { } stored ? protector.TryUnprotect(owner, field, stored.GetValue<string>()) : null;

    private static HashSet<string> ProvingFields(IntegrationSchema schema) =>
        schema.Webhook.ValueKind is JsonValueKind.Object && schema.Webhook.TryGetProperty("verifications", out var rules)
            ? rules.EnumerateArray().Select(rule => rule.TryGetProperty("secret_field", out var field) ? field.GetString() : null)
                .OfType<string>().ToHashSet(StringComparer.Ordinal)
            : [];

    /// <summary>Of whom a ciphertext is, and with what it goes: one of the two.</summary>
    private sealed record Owner(string Name, long? IntegrationId, long? ScopeId);

    private sealed record Row(string Owner, string Field, string Secret);

    private const string Forget = "delete from integrations.former_secrets where owner = @name and field = @field";

    private const string ForgetHandshake = "delete from integrations.webhook_handshakes where integration_id = @id and field = @field";

    private const string Keep = """
        insert into integrations.former_secrets (owner, integration_id, scope_id, field, secret, valid_until)
        values (@name, @integrationId, @scopeId, @field, @secret, @until)
        """;

    private const string Select = """
        select owner, field, secret from integrations.former_secrets
        where owner = any(@owners) and valid_until > @now
        """;
}

/// <summary>What does not count any more is not kept either.</summary>
internal sealed class FormerSecretPruner(WorkerContext context) : Worker(context)
{
    protected override string Channel => "integrations_former_secrets";

    protected override TimeSpan Idle => TimeSpan.FromMinutes(10);

    public override async Task<int> Tick(CancellationToken ct)
    {
        await using var scope = Scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Db>().Execute(Delete, new { now = Time.GetUtcNow() }, ct);
        return 0;
    }

    private const string Delete = "delete from integrations.former_secrets where valid_until <= @now";
}

internal sealed class SealedFormerSecrets(Db db) : SealedTable(db)
{
    public override string Name => "integrations.former_secrets";

    protected override string SelectCounts => "select left(f.secret, 26) as prefix, count(*) as secrets from integrations.former_secrets f group by 1";

    protected override string Select => Stale;

    protected override string SelectLocked => $"{Stale} for no key update of f skip locked";

    protected override string Update => """
        update integrations.former_secrets f
        set secret = r.secrets ->> f.field
        from jsonb_to_recordset(@rows::jsonb) as r (key text, secrets jsonb)
        where f.owner || ' ' || f.field = r.key
        """;

    private const string Stale = """
        select f.owner || ' ' || f.field as key, f.owner, jsonb_build_object(f.field, f.secret) as secrets
        from integrations.former_secrets f
        where (@after::text is null or f.owner || ' ' || f.field > @after) and not starts_with(f.secret, @current)
        order by f.owner || ' ' || f.field
        limit @limit
        """;
}
