using FluentValidation;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Problems;
using Hub.Webhooks.Endpoints;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.Deliveries;

/// <summary>Sends again everything that an endpoint did not accept since a time, oldest first.</summary>
internal static class RecoverEndpoint
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/endpoints/{id:long}/recover", async (long id, Body body, IMediator mediator, CancellationToken ct) =>
            TypedResults.Accepted($"/api/v1/webhooks/deliveries?endpoint_id={id}", await mediator.Send(new Request(id, body.Since), ct)))
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .WithSummary("Send again what an endpoint did not accept since a time");

    /// <param name="Since">Deliveries that were made for events from then on.</param>
    public sealed record Body(DateTimeOffset? Since);

    public sealed record Request(long Id, DateTimeOffset? Since) : IRequest<Answer>;

    /// <param name="Recovered">How many are sent again.</param>
    public sealed record Answer(long Recovered);

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules() => RuleFor(r => r.Since).NotNull().WithMessage("is required: a time such as 2026-01-31T12:00:00Z");
    }

    private sealed class Handler(Db db, EndpointStore store, Audit audit, TimeProvider time) : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            await using var tx = await db.Begin(cancellationToken);
            var (endpoint, path) = await store.Lock(request.Id, cancellationToken);
            if (endpoint.State is EndpointState.Disabled)
                throw new ConflictException("endpoint_disabled", "The endpoint is disabled: enable it first.");
            var recovered = await db.One<long>(Update, new { request.Id, request.Since, now = time.GetUtcNow() }, cancellationToken);
            await audit.Record(
                "endpoint.recovered", "endpoint", request.Id, path, new System.Text.Json.Nodes.JsonObject { ["since"] = request.Since, ["recovered"] = recovered },
                cancellationToken);
            await tx.Commit(cancellationToken);
            return new Answer(recovered);
        }
    }

    private const string Update = """
        with again as (
            update webhooks.deliveries o
            set status = 'pending', is_over = false, attempt = 0, next_attempt_at = @now, completed_at = null
            from webhooks.messages m
            where o.is_over and o.endpoint_id = @id and o.status = 'failed' and o.created_at >= @since and m.id = o.message_id and m.day = o.day
            returning 1
        ), woken as (
            select pg_notify('hub_deliveries', '')
        )
        select (select count(*) from again) from woken
        """;
}
