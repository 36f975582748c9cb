using FluentValidation;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.Events;

/// <summary>Processes all events of a filter again, at most those below the caller's scope. What is waiting or being processed is left alone.</summary>
internal static class ReplayEvents
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/events/replay", async (Request body, IMediator mediator, CancellationToken ct) =>
            TypedResults.Accepted((string?)null, await mediator.Send(body, ct)))
        .RequireRole(Role.Manager)
        .WithSummary("Process many received events again")
        .WithDescription("The filter needs at least one member: integration_id, event_type, status, since (received at or after), until (received before).");

    public sealed record Request(EventFilter Filter) : IRequest<Answer>;

    /// <param name="Count">How many events were put back into the queue.</param>
    public sealed record Answer(long Count);

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules()
        {
            RuleFor(r => r.Filter).NotNull().SetValidator(new EventFilter.Rules());
            RuleFor(r => r.Filter).Must(filter => filter is not { IsEmpty: true })
                .WithMessage("needs at least one of integration_id, event_type, status, since, until");
            RuleFor(r => r.Filter.Status).Must(status => status is not (EventStatus.Pending or EventStatus.Processing)).When(r => r.Filter is not null)
                .WithMessage("is pending or processing, which needs no replay");
        }
    }

    private sealed class Handler(Db db, Caller caller, Audit audit, TimeProvider time) : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            var filter = request.Filter;
            await using var tx = await db.Begin(cancellationToken);
            var count = await db.One<long>(Update, new
            {
                scope = caller.ScopeId,
                filter.IntegrationId,
                filter.EventType,
                status = filter.StatusWord,
                filter.Since,
                filter.Until,
                now = time.GetUtcNow(),
            }, cancellationToken);
            await audit.Record("webhook_event.replayed", "webhook_event", "*", caller.ScopePath,
                AuditDiff.Between(null, new { filter, count }), cancellationToken);
            await tx.Commit(cancellationToken);
            return new Answer(count);
        }
    }

    private const string Update = $"""
        with replayed as (
            update webhooks.inbox_events e
            set status = 'pending', attempt = 0, next_attempt_at = @now, processed_at = null, duration_ms = null, last_error = null,
                effects = array[]::text[]
            where {EventFilter.Sql} and e.status in ('processed', 'failed', 'dead', 'ignored')
            returning e.id
        ), woken as (
            select pg_notify('hub_inbox', '')
        )
        select count(replayed.id) from woken left join replayed on true
        """;
}
