using System.Text.Json;
using System.Text.Json.Nodes;
using FluentValidation;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using Hub.Webhooks.Endpoints;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.EventTypes;

/// <summary>Registers an event type of a scope: what is published under its name there or below is checked against its schema from then on.</summary>
internal static class CreateEventType
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("", async (Request request, IMediator mediator, CancellationToken ct) =>
        {
            var created = await mediator.Send(request, ct);
            return TypedResults.Created($"/api/v1/webhooks/event-types/{created.Id}", created);
        })
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .WithSummary("Register an event type")
        .WithDescription("schema is a JSON Schema (2020-12) of the payload, without references and patterns.");

    /// <param name="ScopeId">It holds there and below; the nearest one up the tree counts.</param>
    /// <param name="Name">Words joined by dots, such as <c>invoice.paid</c>; none of the hub's own.</param>
    /// <param name="Description">When it happens.</param>
    /// <param name="Schema">JSON Schema of the payload.</param>
    /// <param name="Example">A payload.</param>
    public sealed record Request(long ScopeId, string Name, string? Description = null, JsonElement? Schema = null, JsonElement? Example = null)
        : IRequest<EventTypeAnswer>;

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules()
        {
            RuleFor(r => r.ScopeId).GreaterThan(0).WithMessage("is required");
            RuleFor(r => r.Name).IsEventType();
            RuleFor(r => r.Description).IsDescription();
            RuleFor(r => r.Schema).IsPayloadSchema();
            RuleFor(r => r.Example).IsExample();
        }
    }

    private sealed class Handler(Db db, Caller caller, IMediator mediator, Audit audit) : IRequestHandler<Request, EventTypeAnswer>
    {
        public async Task<EventTypeAnswer> Handle(Request request, CancellationToken cancellationToken)
        {
            if (HubEventTypes.All.Any(type => type.Name == request.Name))
                throw new ConflictException("name_taken", $"{request.Name} is an event type of the hub's own: choose another name.");
            await using var tx = await db.Begin(cancellationToken);
            var scope = await mediator.Send(new AskScope(request.ScopeId, caller.ScopeId), cancellationToken) ?? throw NotFoundException.Of("scope", request.ScopeId);
            var created = await db.First<EventTypeRow>(Insert, new
            {
                request.ScopeId,
                scopePath = scope.Path,
                request.Name,
                request.Description,
                schema = request.Schema.OrNone(),
                example = request.Example.OrNone(),
            }, cancellationToken) ?? throw new ConflictException("name_taken", $"The scope has an event type {request.Name} already: change that one.");
            await audit.Record("event_type.created", "event_type", created.Id, scope.Path, new JsonObject { ["name"] = created.Name }, cancellationToken);
            await tx.Commit(cancellationToken);
            return EventTypeAnswer.Of(created);
        }
    }

    internal static JsonElement? OrNone(this JsonElement? json) => json is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } ? json : null;

    private const string Insert = $"""
        insert into webhooks.event_types (scope_id, scope_path, name, description, schema, example)
        values (@scopeId, @scopePath, @name, @description, @schema, @example)
        on conflict (scope_id, name) do nothing
        returning {EventTypeRow.Columns}
        """;
}
