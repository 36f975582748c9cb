using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.EventTypes;

/// <summary>Deletes a registered event type. Events of its name may still be published; nothing checks them.</summary>
internal static class DeleteEventType
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapDelete("/{id:long}", async (long id, IMediator mediator, CancellationToken ct) =>
        {
            await mediator.Send(new Request(id), ct);
            return TypedResults.NoContent();
        })
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .WithSummary("Delete an event type");

    public sealed record Request(long Id) : IRequest;

    private sealed class Handler(Db db, Caller caller, Audit audit) : IRequestHandler<Request>
    {
        public async Task<Unit> Handle(Request request, CancellationToken cancellationToken)
        {
            await using var tx = await db.Begin(cancellationToken);
            var path = await db.First<long[]>(Delete, new { request.Id, caller = caller.ScopeId }, cancellationToken) ?? throw NotFoundException.Of("event type", request.Id);
            await audit.Record("event_type.deleted", "event_type", request.Id, path, null, cancellationToken);
            await tx.Commit(cancellationToken);
            return Unit.Value;
        }
    }

    private const string Delete = "delete from webhooks.event_types where id = @id and scope_path @> array[@caller]::bigint[] returning scope_path";
}
