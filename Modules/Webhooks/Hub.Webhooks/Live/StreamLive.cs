using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.Live;

/// <summary>Server-sent events of what changes below the caller's scope, as it changes; resumed without a gap from <c>Last-Event-ID</c>.</summary>
internal static class StreamLive
{
    public static void Map(IEndpointRouteBuilder app) => app
        .MapGet("/live", async ([FromQuery(Name = "project_id")] long? projectId, Caller caller, IMediator mediator, LiveSession session, HttpContext http) =>
        {
            var scopes = await ScopesOf(projectId, caller, mediator, http.RequestAborted);
            await session.Run(http, new LiveClient(scopes));
        })
        .RequireRole(Role.Viewer)
        .WithTags("Live")
        .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
        .ProducesProblem(StatusCodes.Status404NotFound)
        .WithSummary("Stream what changes, as server-sent events")
        .WithDescription(
            "Each event has an id, its type as the event name, and data {type, at, ...}: ticket.created, ticket.updated, ticket.deleted, sync.progress, "
            + "sync.completed, sync.failed, webhook.received, integration.health_changed. Send the last id as Last-Event-ID to go on after it; events are "
            + "kept for 24 hours. An event named reset says that older ones are gone: read anew. A comment every 15 seconds keeps the connection open.");

    private static async Task<IReadOnlyList<long>> ScopesOf(long? projectId, Caller caller, IMediator mediator, CancellationToken ct)
    {
        if (projectId is not { } id)
            return [caller.ScopeId];
        var scope = await mediator.Send(new AskScope(id, caller.ScopeId), ct) ?? throw NotFoundException.Of("project", id);
        return [caller.ScopeId, scope.Id];
    }
}
