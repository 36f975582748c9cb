using Hub.Integrations.Scopes;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;

namespace Hub.Integrations.ScopeConfig;

/// <summary>A scope whose configuration is asked for or set.</summary>
internal sealed record ConfigPlace(long Id, ScopeKind Kind, string Name, IReadOnlyList<long> Path)
{
    /// <summary>The levels along its path as those above and its own, which may be empty.</summary>
    public (IReadOnlyList<ConfigLevel> Above, ConfigLevel Here) Split(IReadOnlyList<ConfigLevel> along, string type) =>
        ([.. along.Where(level => level.ScopeId != Id)], along.FirstOrDefault(level => level.ScopeId == Id) ?? ConfigLevel.Empty(Id, Name, type));
}

/// <summary>Finds scopes that the caller sees.</summary>
internal sealed class ConfigPlaces(Db db, Caller caller)
{
    /// <exception cref="NotFoundException">It is not there or not below the caller's scope.</exception>
    public async Task<ConfigPlace> Find(long scopeId, CancellationToken ct) =>
        await db.First<ConfigPlace>(Select, new { scopeId, caller = caller.ScopeId }, ct) ?? throw NotFoundException.Of("scope", scopeId);

    private const string Select = "select id, kind, name, path from integrations.scopes where id = @scopeId and path @> array[@caller]::bigint[]";
}
