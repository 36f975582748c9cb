using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.EventTypes;

/// <summary>One registered event type that the caller sees or that holds for its scope.</summary>
internal static class GetEventType
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}", async (long id, IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("Get an event type");

    public sealed record Request(long Id) : IRequest<EventTypeAnswer>;

    private sealed class Handler(Db db, Caller caller) : IRequestHandler<Request, EventTypeAnswer>
    {
        public async Task<EventTypeAnswer> Handle(Request request, CancellationToken cancellationToken) =>
            await db.First<EventTypeRow>(Select, new { request.Id, caller = caller.ScopeId, above = caller.ScopePath }, cancellationToken) is { } row
                ? EventTypeAnswer.Of(row) : throw NotFoundException.Of("event type", request.Id);
    }

    private const string Select = $"""
        select {EventTypeRow.Columns} from webhooks.event_types
        where id = @id and (scope_path @> array[@caller]::bigint[] or scope_id = any(@above))
        """;
}
