using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Schedules;

/// <summary>Takes an integration's schedule away. A run that it started goes on.</summary>
internal static class DeleteSchedule
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapDelete("/{id:long}/schedule", async (long id, IfMatch ifMatch, IMediator mediator, CancellationToken ct) =>
        {
            await mediator.Send(new Request(id, ifMatch), ct);
            return TypedResults.NoContent();
        })
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .WithSummary("Synchronise an integration no longer by itself");

    public sealed record Request(long IntegrationId, IfMatch IfMatch) : IRequest;

    private sealed class Handler(Db db, Caller caller, ScheduleStore store, Audit audit) : IRequestHandler<Request>
    {
        public async Task<Unit> Handle(Request request, CancellationToken cancellationToken)
        {
            await using var tx = await db.Begin(cancellationToken);
            await store.Hold(request.IntegrationId, cancellationToken);
            var before = await store.Lock(request.IntegrationId, caller.ScopeId, cancellationToken)
                ?? throw NotFoundException.Of("schedule of integration", request.IntegrationId);
            request.IfMatch.Require(before.Version);
            await store.Forget(request.IntegrationId, cancellationToken);
            await audit.Record(
                "schedule.deleted", "schedule", before.IntegrationId, before.ScopePath, AuditDiff.Between(before.Wanted, null), cancellationToken);
            await tx.Commit(cancellationToken);
            return Unit.Value;
        }
    }
}
