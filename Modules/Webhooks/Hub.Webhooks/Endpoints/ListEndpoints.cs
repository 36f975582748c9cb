using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Paging;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.Endpoints;

/// <summary>Endpoints at and below the caller's scope, by id.</summary>
internal static class ListEndpoints
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("", async ([FromQuery(Name = "scope_id")] long? scopeId, string? state, int? limit, string? cursor, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(scopeId, state, PageRequest.Read(limit, cursor, scopeId, state)), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("List endpoints");

    public sealed record Request(long? ScopeId, string? State, PageRequest Page) : IRequest<Page<EndpointAnswer>>;

    private sealed class Handler(Db db, Caller caller) : IRequestHandler<Request, Page<EndpointAnswer>>
    {
        public async Task<Page<EndpointAnswer>> Handle(Request request, CancellationToken cancellationToken) => request.Page.Page(
            await db.List<EndpointAnswer>(
                Select, new { caller = caller.ScopeId, request.ScopeId, request.State, after = request.Page.AfterId, fetch = request.Page.Fetch }, cancellationToken),
            endpoint => endpoint.Id);
    }

    private const string Select = $"""
        select {EndpointAnswer.Columns} from webhooks.endpoints
        where scope_path @> array[@caller]::bigint[] and (@scopeId::bigint is null or scope_id = @scopeId) and (@state::text is null or state = @state)
            and (@after::bigint is null or id > @after)
        order by id
        limit @fetch
        """;
}
