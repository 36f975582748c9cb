using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.Events;

/// <summary>Processes an event again from its original bytes, whatever came of it before. Its earlier attempts stay on record.</summary>
internal static class ReplayEvent
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/events/{id:guid}/replay", async (Guid id, IMediator mediator, CancellationToken ct) =>
            TypedResults.Accepted($"/api/v1/webhooks/events/{id}", await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .WithSummary("Process a received event again");

    public sealed record Request(Guid Id) : IRequest<EventAnswer>;

    private sealed class Handler(Db db, Caller caller, Audit audit, TimeProvider time) : IRequestHandler<Request, EventAnswer>
    {
        public async Task<EventAnswer> Handle(Request request, CancellationToken cancellationToken)
        {
            await using var tx = await db.Begin(cancellationToken);
            var seen = new { request.Id, scope = caller.ScopeId, now = time.GetUtcNow() };
            var before = await db.First<Before>(Select, seen, cancellationToken) ?? throw NotFoundException.Of("event", request.Id);
            var after = await db.First<EventAnswer>(Update, seen, cancellationToken)
                ?? throw new ConflictException("event_processing", "The event is being processed right now; replay it when that has ended.");
            await audit.Record("webhook_event.replayed", "webhook_event", request.Id, before.ScopePath,
                AuditDiff.Between(new { before.Status }, new { after.Status }), cancellationToken);
            await tx.Commit(cancellationToken);
            return after;
        }
    }

    private sealed record Before(string Status, long[] ScopePath);

    private const string Select = """
        select status, scope_path
        from webhooks.inbox_events
        where id = @id and scope_path @> array[@scope]::bigint[]
        """;

    private const string Update = $"""
        with replayed as (
            update webhooks.inbox_events
            set status = 'pending', attempt = 0, next_attempt_at = @now, processed_at = null, duration_ms = null, last_error = null,
                effects = array[]::text[], lease_until = null, lease_token = null
            where id = @id and scope_path @> array[@scope]::bigint[] and status <> 'processing'
            returning *
        ), woken as (
            select pg_notify('hub_inbox', '')
        )
        select {EventAnswer.Columns} from replayed e, woken
        """;
}
