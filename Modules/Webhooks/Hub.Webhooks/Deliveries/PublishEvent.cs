using System.Globalization;
using System.Text.Json;
using FluentValidation;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using Hub.SharedKernel.Text;
using Hub.Webhooks.Announcements;
using Hub.Webhooks.Endpoints;
using Hub.Webhooks.EventTypes;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.Deliveries;

/// <summary>An event of the caller's own: told to live clients and delivered to every endpoint that wants it.</summary>
internal static class PublishEvent
{
    private const int MaxBytes = 1024 * 1024;

    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/events/publish", async (Request request, IMediator mediator, CancellationToken ct) =>
            TypedResults.Accepted((string?)null, await mediator.Send(request, ct)))
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .WithSummary("Publish an event")
        .WithDescription("payload becomes data of the message. A member entity of it, a text, says which thing it is about: endpoints with ordering entity get what is about one thing in order. Where its event type is registered with a schema, the payload must match it.");

    /// <param name="ScopeId">Where it happened.</param>
    /// <param name="EventType">Words joined by dots, such as <c>invoice.paid</c>.</param>
    /// <param name="Payload">An object of at most 1 MB.</param>
    public sealed record Request(long ScopeId, string EventType, JsonElement Payload) : IRequest<Answer>
    {
        public override string ToString() => $"Publish {EventType} at scope {ScopeId}";
    }

    /// <param name="EventType">As published.</param>
    /// <param name="Deliveries">How many endpoints it goes to.</param>
    public sealed record Answer(string EventType, long Deliveries);

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules()
        {
            RuleFor(r => r.ScopeId).GreaterThan(0).WithMessage("is required");
            RuleFor(r => r.EventType).IsEventType();
            RuleFor(r => r.Payload).Must(payload => payload.ValueKind is JsonValueKind.Object).WithMessage("must be an object");
            RuleFor(r => r.Payload).Must(payload => payload.ValueKind is JsonValueKind.Undefined || payload.GetRawText().Length <= MaxBytes)
                .WithMessage("must have at most 1 MB");
            RuleFor(r => r.Payload).Must(StorableText.Everywhere).WithMessage($"{StorableText.Rule}, and no number beyond a double's range");
        }
    }

    private sealed class Handler(Db db, Caller caller, IMediator mediator, Audit audit, TimeProvider time) : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            await using var tx = await db.Begin(cancellationToken);
            var scope = await mediator.Send(new AskScope(request.ScopeId, caller.ScopeId), cancellationToken) ?? throw NotFoundException.Of("scope", request.ScopeId);
            if (await db.First<string?>(SelectSchema, new { request.EventType, path = scope.Path }, cancellationToken) is { } schema
                && PayloadSchema.Errors(JsonElement.Parse(schema), request.Payload) is { Count: > 0 } errors)
                throw new PayloadRefusedException(request.EventType, errors);
            var entity = request.Payload.TryGetProperty("entity", out var named) && named.ValueKind is JsonValueKind.String
                ? string.Create(CultureInfo.InvariantCulture, $"own:{request.ScopeId}:{named.GetString()}") : null;
            var deliveries = await Announcer.Tell(
                db, scope.Path, [new Announcement(request.EventType, request.Payload.GetRawText(), entity)], time.GetUtcNow(), cancellationToken);
            await audit.Record(
                "event.published", "scope", request.ScopeId, scope.Path,
                new System.Text.Json.Nodes.JsonObject { ["event_type"] = request.EventType, ["deliveries"] = deliveries }, cancellationToken);
            await tx.Commit(cancellationToken);
            return new Answer(request.EventType, deliveries);
        }
    }

    // The nearest one up the tree.
    private const string SelectSchema = """
        select case when not t.archived then t.schema end::text
        from webhooks.event_types t
        where t.name = @eventType and t.scope_id = any(@path)
        order by array_position(@path, t.scope_id) desc
        limit 1
        """;
}
