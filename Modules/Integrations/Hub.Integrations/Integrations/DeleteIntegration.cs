using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Http;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Integrations;

/// <summary>Deletes an integration with its secrets and observations; other modules drop what they keep for it in the same transaction.</summary>
internal static class DeleteIntegration
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapDelete("/{id:long}", async (long id, IfMatch ifMatch, IMediator mediator, CancellationToken ct) =>
        {
            await mediator.Send(new Request(id, ifMatch), ct);
            return TypedResults.NoContent();
        })
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .WithSummary("Delete an integration");

    public sealed record Request(long Id, IfMatch IfMatch) : IRequest;

    private sealed class Handler(Db db, Caller caller, IntegrationStore store, Audit audit, IMediator mediator) : IRequestHandler<Request>
    {
        public async Task<Unit> Handle(Request request, CancellationToken cancellationToken)
        {
            await using var tx = await db.Begin(cancellationToken);
            var row = await store.Lock(request.Id, caller.ScopeId, cancellationToken);
            request.IfMatch.Require(row.Version);
            await mediator.Publish(new IntegrationChanged(row.Info(), IntegrationChange.Deleted), cancellationToken);
            await db.Execute("delete from integrations.integrations where id = @id", new { row.Id }, cancellationToken);
            await audit.Record(
                "integration.deleted", "integration", row.Id, row.ScopePath,
                IntegrationDiff.Between(row, null, row.Secrets.Select(pair => pair.Key)), cancellationToken);
            await tx.Commit(cancellationToken);
            return Unit.Value;
        }
    }
}
