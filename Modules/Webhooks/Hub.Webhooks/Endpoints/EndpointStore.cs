using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;

namespace Hub.Webhooks.Endpoints;

/// <summary>An endpoint that is about to be changed.</summary>
internal sealed record LockedEndpoint(EndpointAnswer Shown, IReadOnlyList<long> ScopePath);

/// <summary>What the slices that change an endpoint share.</summary>
internal sealed class EndpointStore(Db db, Caller caller)
{
    /// <summary>Holds it until the transaction ends.</summary>
    /// <exception cref="NotFoundException">It is not there or not below the caller's scope.</exception>
    public async Task<LockedEndpoint> Lock(long id, CancellationToken ct)
    {
        var endpoint = await db.First<EndpointAnswer>(Select, new { id, caller = caller.ScopeId }, ct) ?? throw NotFoundException.Of("endpoint", id);
        return new LockedEndpoint(endpoint, await db.One<long[]>("select scope_path from webhooks.endpoints where id = @id", new { id }, ct));
    }

    private const string Select = $"select {EndpointAnswer.Columns} from webhooks.endpoints where id = @id and scope_path @> array[@caller]::bigint[] for no key update";
}
