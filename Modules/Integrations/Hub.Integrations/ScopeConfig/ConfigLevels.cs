using System.Text.Json.Nodes;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Data;

namespace Hub.Integrations.ScopeConfig;

/// <summary>Reads what scopes give to the integrations below them.</summary>
internal sealed class ConfigLevels(Db db)
{
    private sealed record Row(long ScopeId, string Name, string IntegrationType, JsonObject Configuration, JsonObject Secrets, IReadOnlyList<string> Locked);

    /// <summary>The levels of one type along a path, from the platform down; only scopes that say something.</summary>
    public async Task<IReadOnlyList<ConfigLevel>> Along(IReadOnlyList<long> path, string type, CancellationToken ct) =>
        (await Among(path, [type], ct)).Along(path, type);

    /// <summary>The same stored configuration, knowing which secrets the scopes give.</summary>
    public async Task<StoredConfiguration> Inherited(IReadOnlyList<long> path, string type, StoredConfiguration own, CancellationToken ct) => own with
    {
        Inherited = (await Along(path, type, ct)).SelectMany(level => level.Secrets.Select(secret => secret.Key)).ToHashSet(StringComparer.Ordinal),
    };

    /// <summary>The levels of several types on any of these scopes, in one read.</summary>
    public async Task<KnownLevels> Among(IReadOnlyCollection<long> scopes, IReadOnlyCollection<string> types, CancellationToken ct)
    {
        var rows = await db.List<Row>(Select, new { scopes = scopes.ToArray(), types = types.ToArray() }, ct);
        return new KnownLevels(rows.ToDictionary(
            row => (row.ScopeId, row.IntegrationType),
            row => new ConfigLevel(
                row.ScopeId, row.Name, ConfigLevel.OwnerOf(row.ScopeId, row.IntegrationType), row.Configuration, row.Secrets,
                row.Locked.ToHashSet(StringComparer.Ordinal))));
    }

    /// <summary>The types that scopes along a path say something about.</summary>
    public Task<IReadOnlyList<string>> TypesAlong(IReadOnlyList<long> path, CancellationToken ct) =>
        db.List<string>(SelectTypes, new { path }, ct);

    /// <summary>Until the transaction ends no scope's configuration of this type changes: what is derived from it stays right.</summary>
    public Task Share(string type, CancellationToken ct) => db.Execute(LockShared, new { type }, ct);

    /// <summary>The same for who changes it: waits for everybody who derives something.</summary>
    public Task Claim(string type, CancellationToken ct) => db.Execute(LockAlone, new { type }, ct);

    private const string Select = """
        select c.scope_id, s.name, c.integration_type, c.configuration, c.secrets, c.locked
        from integrations.scope_configs c
        join integrations.scopes s on s.id = c.scope_id
        where c.scope_id = any(@scopes) and c.integration_type = any(@types)
        """;

    private const string SelectTypes = "select distinct integration_type from integrations.scope_configs where scope_id = any(@path)";

    private const string LockShared = "select pg_advisory_xact_lock_shared(hashtextextended('hub.scope_config:' || @type, 0))";

    private const string LockAlone = "select pg_advisory_xact_lock(hashtextextended('hub.scope_config:' || @type, 0))";
}

/// <summary>Levels by scope and type, as read at one moment.</summary>
internal sealed class KnownLevels(IReadOnlyDictionary<(long Scope, string Type), ConfigLevel> levels)
{
    public IReadOnlyList<ConfigLevel> Along(IReadOnlyList<long> path, string type) =>
        [.. path.Select(scope => levels.GetValueOrDefault((scope, type))).OfType<ConfigLevel>()];

    /// <summary>The same with one level as it might be.</summary>
    public IReadOnlyList<ConfigLevel> Along(IReadOnlyList<long> path, string type, ConfigLevel? instead) =>
        [.. path.Select(scope => scope == instead?.ScopeId ? instead : levels.GetValueOrDefault((scope, type))).OfType<ConfigLevel>()];
}
