using Hub.SharedKernel.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.Live;

/// <summary>Server-sent events of what changes below the caller's scope, as it changes; resumed without a gap from <c>Last-Event-ID</c>.</summary>
internal static class StreamLive
{
    public static void Map(IEndpointRouteBuilder app) => app
        .MapGet("/live", async ([FromQuery(Name = "project_id")] long? projectId, Caller caller, LiveStream stream, LiveSession session, HttpContext http) =>
            await session.Run(http, caller, await stream.Open(caller, projectId, http.RequestAborted)))
        .RequireRole(Role.Viewer)
        .WithTags("Live")
        .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
        .ProducesProblem(StatusCodes.Status404NotFound)
        .WithSummary("Stream what changes, as server-sent events")
        .WithDescription(
            "Each event has an id, its type as the event name, and data {type, at, ...}: ticket.created, ticket.updated, ticket.deleted, sync.progress, "
            + "sync.completed, sync.failed, sync.stale, sync.fresh, webhook.received, webhook.registration_changed, "
            + "webhook.recovered, integration.health_changed. Send the last id as Last-Event-ID to go on "
            + "after it; events are kept for 24 hours. An event named reset says that older ones are gone: read anew. A comment every 15 seconds keeps the "
            + "connection open. "
            + "SignalR clients get the same from the hub /hubs/live (WebSockets): stream its method Follow with {project_id?, last_event_id?}.");
}
