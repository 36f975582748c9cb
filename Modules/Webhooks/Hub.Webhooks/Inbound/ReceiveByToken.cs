using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.Inbound;

/// <summary>Any provider: the token in the address names the integration, the signature proves the sender.</summary>
internal static class ReceiveByToken
{
    public static void Map(IEndpointRouteBuilder app)
    {
        // Some providers look whether an address answers before they accept it. Every token looks the same here.
        app.MapMethods("/webhooks/in/{token}", [HttpMethods.Head], () => TypedResults.Ok()).AllowAnonymous().ExcludeFromDescription();
        app.MapPost("/webhooks/in/{token}", (string token, HttpContext http, Intake intake) => intake.Receive(http, Address.OfToken(token)))
            .WithSummary("Receive a webhook of any integration, named by its token")
            .IsInbound();
    }
}
