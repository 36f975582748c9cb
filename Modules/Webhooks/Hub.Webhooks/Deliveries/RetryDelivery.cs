using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.Deliveries;

/// <summary>Sends one delivery again, whatever came of it before, with a full set of attempts. Its earlier attempts stay on record.</summary>
internal static class RetryDelivery
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/deliveries/{id:guid}/retry", async (Guid id, IMediator mediator, CancellationToken ct) =>
            TypedResults.Accepted($"/api/v1/webhooks/deliveries/{id}", await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .WithSummary("Send a delivery again");

    public sealed record Request(Guid Id) : IRequest<DeliveryAnswer>;

    private sealed record Before(string Status, string State, long[] ScopePath);

    private sealed class Handler(Db db, Caller caller, Audit audit, TimeProvider time) : IRequestHandler<Request, DeliveryAnswer>
    {
        public async Task<DeliveryAnswer> Handle(Request request, CancellationToken cancellationToken)
        {
            await using var tx = await db.Begin(cancellationToken);
            var before = await db.First<Before>(Select, new { request.Id, caller = caller.ScopeId }, cancellationToken) ?? throw NotFoundException.Of("delivery", request.Id);
            if (before.State is "disabled")
                throw new ConflictException("endpoint_disabled", "The endpoint is disabled: enable it first.");
            var after = await db.First<DeliveryAnswer>(Update, new { request.Id, now = time.GetUtcNow() }, cancellationToken)
                ?? throw new ConflictException("delivery_underway", "The delivery is being made right now.");
            await audit.Record("delivery.retried", "delivery", request.Id, before.ScopePath, AuditDiff.Between(new { before.Status }, new { after.Status }), cancellationToken);
            await tx.Commit(cancellationToken);
            return after;
        }
    }

    private const string Select = """
        select d.status, p.state, p.scope_path
        from webhooks.endpoints p join webhooks.deliveries d on d.endpoint_id = p.id
        where d.id = @id and p.scope_path @> array[@caller]::bigint[]
        for no key update of p
        """;

    private const string Update = $"""
        with again as (
            update webhooks.deliveries o
            set status = 'pending', is_over = false, day = m.day, attempt = 0, next_attempt_at = @now, completed_at = null, last_error = null, status_code = null,
                latency_ms = null
            from webhooks.messages m
            where o.id = @id and o.status <> 'delivering' and m.id = o.message_id
            returning o.*
        ), woken as (
            select pg_notify('hub_deliveries', '')
        )
        select {DeliveryAnswer.Columns} from again d, woken
        """;
}
