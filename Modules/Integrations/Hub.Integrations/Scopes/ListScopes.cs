using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Paging;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Scopes;

/// <summary>The caller's scope and what lies below it, in the order of creation.</summary>
internal static class ListScopes
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("", async (
            string? kind, [FromQuery(Name = "parent_id")] long? parentId, int? limit, string? cursor, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(Parse(kind), parentId, PageRequest.Read(limit, cursor, kind, parentId)), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("List scopes");

    public sealed record Request(ScopeKind? Kind, long? ParentId, PageRequest Page) : IRequest<Page<ScopeAnswer>>;

    private static ScopeKind? Parse(string? kind) => kind is null ? null
        : ScopeKinds.ByWord.TryGetValue(kind, out var known) ? known
        : throw new InvalidException("kind", $"must be one of {string.Join(", ", ScopeKinds.ByWord.Keys)}");

    private sealed class Handler(Db db, Caller caller) : IRequestHandler<Request, Page<ScopeAnswer>>
    {
        public async Task<Page<ScopeAnswer>> Handle(Request request, CancellationToken cancellationToken)
        {
            var rows = await db.List<ScopeAnswer>(Select, new
            {
                scope = caller.ScopeId,
                kind = request.Kind?.Word(),
                request.ParentId,
                afterId = request.Page.AfterId ?? 0,
                fetch = request.Page.Fetch,
            }, cancellationToken);
            return request.Page.Page(rows, scope => scope.Id);
        }
    }

    private const string Select = """
        select id, kind, name, slug, parent_id, path, created_at, updated_at, version
        from integrations.scopes
        where path @> array[@scope]::bigint[] and id > @afterId
          and (@kind::text is null or kind = @kind) and (@parentId::bigint is null or parent_id = @parentId)
        order by id
        limit @fetch
        """;
}
