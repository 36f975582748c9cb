using System.Text.Json.Nodes;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Data;

namespace Hub.Integrations.Imports;

/// <summary>Where an imported integration came from.</summary>
/// <param name="IntegrationId">Which integration.</param>
/// <param name="ScopeId">Where it belongs.</param>
/// <param name="Origin">A column of old rulesets, or <see cref="Row"/>.</param>
/// <param name="LegacyId">The id of its old row.</param>
/// <param name="Names">Old key by field; under <see cref="Type"/> how its type was spelled.</param>
internal sealed record LegacyRecord(long IntegrationId, long ScopeId, string Origin, string? LegacyId, JsonObject Names)
{
    public const string Row = "integrations";
    public const string Type = "$type";

    public string? NameOf(string field) => Names[field]?.GetValue<string>();
}

/// <summary>The statements about where integrations came from.</summary>
internal sealed class LegacyStore(Db db)
{
    /// <summary>What is known of the integrations of these scopes, by integration.</summary>
    public async Task<IReadOnlyDictionary<long, LegacyRecord>> Of(IReadOnlyCollection<long> scopes, CancellationToken ct) =>
        (await db.List<LegacyRecord>(Select, new { scopes = scopes.ToArray() }, ct)).ToDictionary(record => record.IntegrationId);

    public Task Save(LegacyRecord record, CancellationToken ct) => db.Execute(Upsert, record, ct);

    /// <summary>The integrations of these scopes, by priority and age.</summary>
    public Task<IReadOnlyList<IntegrationRow>> Integrations(IReadOnlyCollection<long> scopes, CancellationToken ct) =>
        db.List<IntegrationRow>(SelectIntegrations, new { scopes = scopes.ToArray() }, ct);

    private const string Select = """
        select integration_id, scope_id, origin, legacy_id, names
        from integrations.legacy_integrations
        where scope_id = any(@scopes)
        """;

    private const string Upsert = """
        insert into integrations.legacy_integrations (integration_id, scope_id, origin, legacy_id, names)
        values (@IntegrationId, @ScopeId, @Origin, @LegacyId, @Names)
        on conflict (integration_id) do update
        set origin = excluded.origin, legacy_id = coalesce(excluded.legacy_id, integrations.legacy_integrations.legacy_id), names = integrations.legacy_integrations.names || excluded.names
        """;

    private const string SelectIntegrations = $"""
        select {IntegrationRow.Columns}
        from integrations.integrations
        where scope_id = any(@scopes)
        order by scope_id, priority, id
        """;
}
