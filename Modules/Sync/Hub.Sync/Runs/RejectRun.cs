using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Runs;

/// <summary>Completes a quarantined run without deleting anything.</summary>
internal static class RejectRun
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/{id:guid}/reject", async (Guid id, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Manager)
        .WithSummary("Reject the deletions of a quarantined run");

    public sealed record Request(Guid Id) : IRequest<SyncRun>;

    private sealed class Handler(Db db, Quarantine quarantine, RunEnding ending, Audit audit, IMediator mediator) : IRequestHandler<Request, SyncRun>
    {
        public async Task<SyncRun> Handle(Request request, CancellationToken cancellationToken)
        {
            await using var tx = await db.Begin(cancellationToken);
            var held = await quarantine.Hold(request.Id, cancellationToken);
            await ending.Complete(held.Run, held.Checkpoint, 0, "Its deletions were rejected; nothing was deleted.", cancellationToken);
            await audit.Record("sync.rejected", "sync_run", held.Run.Id, held.Run.ScopePath, null, cancellationToken);
            var run = await mediator.Send(new GetRun.Request(held.Run.Id), cancellationToken);
            await tx.Commit(cancellationToken);
            return run;
        }
    }
}
