using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;

namespace Hub.Integrations.Integrations;

/// <summary>A scope to put something into, kept from being deleted until the transaction ends.</summary>
internal sealed class ScopeLock(Db db)
{
    public sealed record Place(long Id, string Kind, string Name, IReadOnlyList<long> Path);

    /// <exception cref="NotFoundException">It is not there or not below the caller's scope.</exception>
    public async Task<Place> Share(long scopeId, long callerScope, CancellationToken ct)
    {
        var path = await db.List<Place>(LockPath, new { scopeId, callerScope }, ct);
        return path.FirstOrDefault(scope => scope.Id == scopeId) ?? throw NotFoundException.Of("scope", scopeId);
    }

    // All the way up: a scope higher up cannot be deleted with everything below it while something new arrives there unseen.
    private const string LockPath = """
        select a.id, a.kind, a.name, a.path
        from integrations.scopes p
        join integrations.scopes a on a.id = any(p.path)
        where p.id = @scopeId and p.path @> array[@callerScope]::bigint[]
        order by a.id
        for key share of a
        """;
}
