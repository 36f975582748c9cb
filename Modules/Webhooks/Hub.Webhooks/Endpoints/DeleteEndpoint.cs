using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Http;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.Endpoints;

/// <summary>Deletes an endpoint with its deliveries. What is on its way may still arrive.</summary>
internal static class DeleteEndpoint
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapDelete("/{id:long}", async (long id, IfMatch ifMatch, IMediator mediator, CancellationToken ct) =>
        {
            await mediator.Send(new Request(id, ifMatch), ct);
            return TypedResults.NoContent();
        })
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .WithSummary("Delete an endpoint");

    public sealed record Request(long Id, IfMatch IfMatch) : IRequest;

    private sealed class Handler(Db db, EndpointStore store, Audit audit) : IRequestHandler<Request>
    {
        public async Task<Unit> Handle(Request request, CancellationToken cancellationToken)
        {
            await using var tx = await db.Begin(cancellationToken);
            var (endpoint, path) = await store.Lock(request.Id, cancellationToken);
            request.IfMatch.Require(endpoint.Version);
            await db.Execute("delete from webhooks.deliveries where endpoint_id = @id", new { request.Id }, cancellationToken);
            await db.Execute("delete from webhooks.endpoints where id = @id", new { request.Id }, cancellationToken);
            await audit.Record("endpoint.deleted", "endpoint", request.Id, path, EndpointAnswer.Diff(endpoint, null), cancellationToken);
            await tx.Commit(cancellationToken);
            return Unit.Value;
        }
    }
}
