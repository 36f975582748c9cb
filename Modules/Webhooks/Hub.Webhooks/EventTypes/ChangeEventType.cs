using System.Text.Json;
using FluentValidation;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Problems;
using Hub.Webhooks.Endpoints;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.EventTypes;

/// <summary>PATCH merges: what is not sent stays; null takes the description, the schema or the example away. The name stays.</summary>
internal static class ChangeEventType
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPatch("/{id:long}", async (long id, JsonElement body, IfMatch ifMatch, IMediator mediator, CancellationToken ct) =>
        {
            if (body.ValueKind is not JsonValueKind.Object)
                throw new InvalidException("$", "must be an object");
            var sent = body.EnumerateObject().Select(member => member.Name).ToHashSet(StringComparer.Ordinal);
            return TypedResults.Ok(await mediator.Send(new Request(id, body.Deserialize<Body>(HubJson.Options)!, sent, ifMatch), ct));
        })
        .Accepts<Body>("application/json")
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed)
        .WithSummary("Change or archive an event type");

    /// <param name="Description">When it happens.</param>
    /// <param name="Schema">JSON Schema of the payload.</param>
    /// <param name="Example">A payload.</param>
    /// <param name="Archived">Not in use any more: left out of lists, and payloads are not checked.</param>
    public sealed record Body(string? Description = null, JsonElement? Schema = null, JsonElement? Example = null, bool? Archived = null);

    public sealed record Request(long Id, Body Body, IReadOnlySet<string> Sent, IfMatch IfMatch) : IRequest<EventTypeAnswer>;

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules()
        {
            RuleFor(r => r.Body.Description).IsDescription();
            RuleFor(r => r.Body.Schema).IsPayloadSchema();
            RuleFor(r => r.Body.Example).IsExample();
        }
    }

    private sealed class Handler(Db db, Caller caller, Audit audit) : IRequestHandler<Request, EventTypeAnswer>
    {
        public async Task<EventTypeAnswer> Handle(Request request, CancellationToken cancellationToken)
        {
            await using var tx = await db.Begin(cancellationToken);
            var before = await db.First<EventTypeRow>(Lock, new { request.Id, caller = caller.ScopeId }, cancellationToken)
                ?? throw NotFoundException.Of("event type", request.Id);
            request.IfMatch.Require(before.Version);
            var (body, sent) = (request.Body, request.Sent);
            var after = await db.One<EventTypeRow>(Update, new
            {
                request.Id,
                description = sent.Contains("description") ? body.Description : before.Description,
                schema = sent.Contains("schema") ? body.Schema.OrNone() : before.Schema,
                example = sent.Contains("example") ? body.Example.OrNone() : before.Example,
                archived = body.Archived ?? before.Archived,
            }, cancellationToken);
            var path = await db.One<long[]>("select scope_path from webhooks.event_types where id = @id", new { request.Id }, cancellationToken);
            await audit.Record("event_type.updated", "event_type", request.Id, path, AuditDiff.Between(Told(before), Told(after)), cancellationToken);
            await tx.Commit(cancellationToken);
            return EventTypeAnswer.Of(after);
        }

        private static object Told(EventTypeRow one) => new { one.Description, one.Schema, one.Example, one.Archived };
    }

    private const string Lock = $"""
        select {EventTypeRow.Columns} from webhooks.event_types where id = @id and scope_path @> array[@caller]::bigint[] for no key update
        """;

    private const string Update = $"""
        update webhooks.event_types
        set description = @description, schema = @schema, example = @example, archived = @archived, version = version + 1, updated_at = now()
        where id = @id
        returning {EventTypeRow.Columns}
        """;
}
