using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Scopes;

/// <summary>One scope that the caller sees.</summary>
internal static class GetScope
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}", async (long id, IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("Get a scope");

    /// <param name="Id">Which scope.</param>
    /// <param name="Kind">Only if it is of this kind.</param>
    public sealed record Request(long Id, ScopeKind? Kind = null) : IRequest<ScopeAnswer>;

    private sealed class Handler(Db db, Caller caller) : IRequestHandler<Request, ScopeAnswer>
    {
        public async Task<ScopeAnswer> Handle(Request request, CancellationToken cancellationToken) =>
            await db.First<ScopeAnswer>(Select, new { request.Id, scope = caller.ScopeId, kind = request.Kind?.Word() }, cancellationToken)
            ?? throw NotFoundException.Of(request.Kind?.Word() ?? "scope", request.Id);
    }

    private const string Select = """
        select id, kind, name, slug, parent_id, path, created_at, updated_at, version
        from integrations.scopes
        where id = @id and path @> array[@scope]::bigint[] and (@kind::text is null or kind = @kind)
        """;
}
