using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Schemas.Browse;

internal static class ReadRoute
{
    /// <summary>A public read that answers HEAD as it answers GET, without the body (RFC 9110, 9.3.2). The API's document names GET only.</summary>
    // Handlers come as arguments here: these few routes are bound when the hub starts, all others when it is compiled.
#pragma warning disable RDG002
    public static RouteHandlerBuilder MapRead(this IEndpointRouteBuilder routes, string pattern, Delegate handler)
    {
        routes.MapMethods(pattern, [HttpMethods.Head], handler).AllowAnonymous().ExcludeFromDescription();
        return routes.MapGet(pattern, handler).AllowAnonymous();
    }
#pragma warning restore RDG002
}
