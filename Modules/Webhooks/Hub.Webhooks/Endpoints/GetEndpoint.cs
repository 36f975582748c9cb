using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.Endpoints;

/// <summary>One endpoint that the caller sees, without its secret.</summary>
internal static class GetEndpoint
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}", async (long id, IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("Get an endpoint");

    public sealed record Request(long Id) : IRequest<EndpointAnswer>;

    private sealed class Handler(Db db, Caller caller) : IRequestHandler<Request, EndpointAnswer>
    {
        public async Task<EndpointAnswer> Handle(Request request, CancellationToken cancellationToken) =>
            await db.First<EndpointAnswer>(Select, new { request.Id, caller = caller.ScopeId }, cancellationToken) ?? throw NotFoundException.Of("endpoint", request.Id);
    }

    private const string Select = $"select {EndpointAnswer.Columns} from webhooks.endpoints where id = @id and scope_path @> array[@caller]::bigint[]";
}
