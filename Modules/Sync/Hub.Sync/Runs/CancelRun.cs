using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Runs;

/// <summary>
/// Ends a run at once: its fencing token moves, so whoever works on it can write nothing more. What it stored so far stays. Cancelling twice is the
/// same as once; a run that ended otherwise is 409.
/// </summary>
internal static class CancelRun
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/{id:guid}/cancel", async (Guid id, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Manager)
        .WithSummary("Cancel a sync run");

    public sealed record Request(Guid Id) : IRequest<SyncRun>;

    private sealed class Handler(Db db, Caller caller, Audit audit, IMediator mediator, TimeProvider time) : IRequestHandler<Request, SyncRun>
    {
        public async Task<SyncRun> Handle(Request request, CancellationToken cancellationToken)
        {
            await using var tx = await db.Begin(cancellationToken);
            var before = await mediator.Send(new GetRun.Request(request.Id), cancellationToken);
            if (before.Status is RunStatus.Cancelled)
                return before;
            var run = await db.First<SyncRun>(Cancel, new
            {
                request.Id,
                scope = caller.ScopeId,
                now = time.GetUtcNow(),
                taken = RunSignals.Taken,
                moved = RunSignals.Moved,
            }, cancellationToken) ?? throw new ConflictException("run_ended", $"Run {request.Id} has ended; there is nothing to cancel.");
            await db.Execute(ForgetSeen, new { request.Id }, cancellationToken);
            var diff = AuditDiff.Between(new { before.Status }, new { run.Status });
            await audit.Record("sync.cancelled", "sync_run", run.Id, run.ScopePath, diff, cancellationToken);
            await mediator.Publish(run.Announce(), cancellationToken);
            await tx.Commit(cancellationToken);
            return run;
        }
    }

    private const string Cancel = $"""
        update sync.runs
        set status = 'cancelled', completed_at = @now, lease_token = lease_token + 1, lease_until = null, wait_until = null, version = version + 1
        where id = @id and scope_path @> array[@scope]::bigint[] and status in ('queued', 'running', 'waiting', 'quarantined')
        returning {SyncRun.Columns}, pg_notify(@taken, ''), pg_notify(@moved, '')
        """;

    private const string ForgetSeen = """
        delete from sync.run_seen where run_id = @id
        """;
}
