using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.Sync.Tickets;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Runs;

/// <summary>Lets a quarantined run delete what it did not meet. Tickets that were seen since then stay.</summary>
internal static class ApproveRun
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/{id:guid}/approve", async (Guid id, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Manager)
        .WithSummary("Approve the deletions of a quarantined run");

    public sealed record Request(Guid Id) : IRequest<SyncRun>;

    private sealed class Handler(Db db, Quarantine quarantine, Tombstones tombstones, RunEnding ending, Audit audit, IMediator mediator)
        : IRequestHandler<Request, SyncRun>
    {
        public async Task<SyncRun> Handle(Request request, CancellationToken cancellationToken)
        {
            await using var tx = await db.Begin(cancellationToken);
            var held = await quarantine.Hold(request.Id, cancellationToken);
            var deleted = await tombstones.Raise(held.Walk, held.Run.ScopePath, cancellationToken);
            await ending.Complete(held.Run, held.Checkpoint, deleted, null, cancellationToken);
            await audit.Record("sync.approved", "sync_run", held.Run.Id, held.Run.ScopePath, AuditDiff.Between(null, new { deleted }), cancellationToken);
            var run = await mediator.Send(new GetRun.Request(held.Run.Id), cancellationToken);
            await tx.Commit(cancellationToken);
            return run;
        }
    }
}
