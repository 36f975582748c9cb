using System.Text.Json;
using Hub.SharedKernel.Modules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.Inbound;

internal sealed class InboundEndpoints : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        ReceiveByToken.Map(app);
        ReceiveFromJira.Map(app);
        ReceiveFromGitHub.Map(app);
    }
}

internal static class InboundRoutes
{
    /// <summary>Public, for the signature is the credential; says what every inbound address answers.</summary>
    public static void IsInbound(this RouteHandlerBuilder route) => route
        .AllowAnonymous()
        .WithTags("Inbound webhooks")
        .WithDescription(
            "202 once the delivery is durably stored, with the event's id. 200 when its delivery id was processed before. A repeat of one that is not "
            + "processed yet makes no second event: 202 with the first one's id, and one that had failed is tried again. A delivery without an id is "
            + "known by its body. A delivery that brings several events, as HubSpot's do, is answered with the first one's id and the ids of all. "
            + "Content-Encoding gzip, deflate and br and form-encoded payload fields are understood; "
            + "the signature covers the bytes as sent. What a provider sends first is answered as it wants: challenges after the proof, a secret that it brings while none is set.")
        // The wildcard keeps the route open to senders that name no media type or a wrong one.
        .Accepts<JsonElement>(isOptional: true, "application/json", "application/x-www-form-urlencoded", "*/*")
        .Produces<Intake.Answer>(StatusCodes.Status202Accepted)
        .Produces<Intake.Answer>()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
}
