using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Sessions;

/// <summary>Ends the browser's own session at once, over all replicas.</summary>
internal static class SignOut
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapDelete("/sessions/current", async (Caller caller, HttpContext context, SessionCookie cookie, IMediator mediator, CancellationToken ct) =>
        {
            if (caller.SessionId is null || SessionCookie.Token(context) is not { } token)
                throw new NotFoundException("This request was made with an API key: there is no session to end.");
            await mediator.Send(new EndSession(token), ct);
            cookie.Remove(context);
            return TypedResults.NoContent();
        })
        .RequireRole(Role.Viewer)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .WithSummary("Sign out");
}
