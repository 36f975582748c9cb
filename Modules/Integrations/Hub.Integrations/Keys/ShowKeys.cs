using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Paging;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Keys;

/// <summary>The keys at and below the caller's scope that are not revoked, in the order of creation, without their text.</summary>
internal static class ShowKeys
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("", async (int? limit, string? cursor, Caller caller, IMediator mediator, CancellationToken ct) =>
        {
            var page = PageRequest.Read(limit, cursor, "keys");
            return TypedResults.Ok(page.Page(await mediator.Send(new ListKeys(caller.ScopeId, page.AfterId, page.Fetch), ct), key => key.Id));
        })
        .RequireRole(Role.Admin)
        .WithSummary("List API keys");

    private sealed class Handler(Db db) : IRequestHandler<ListKeys, IReadOnlyList<KeyInfo>>
    {
        public Task<IReadOnlyList<KeyInfo>> Handle(ListKeys request, CancellationToken cancellationToken) =>
            db.List<KeyInfo>(Select, new { scope = request.CallerScopeId, afterId = request.AfterId ?? 0, request.Limit }, cancellationToken);
    }

    private const string Select = """
        select id, name, prefix, role, scope_id, expires_at, created_at, last_used_at, created_by
        from integrations.keys
        where scope_path @> array[@scope]::bigint[] and revoked_at is null and id > @afterId
        order by id
        limit @limit
        """;
}
