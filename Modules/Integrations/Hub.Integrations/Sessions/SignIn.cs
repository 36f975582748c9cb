using FluentValidation;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Sessions;

/// <summary>Signs a browser in with an API key: the session has the key's role and scope, and ends with it.</summary>
internal static class SignIn
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/sessions", async (Body body, HttpContext context, SessionCookie cookie, IMediator mediator, CancellationToken ct) =>
        {
            var started = await mediator.Send(new StartKeySession(body.Key.Trim(), SessionCookie.Token(context)), ct)
                ?? throw new UnauthenticatedException("invalid_credentials", "The API key is unknown, revoked or expired.");
            cookie.Write(context, started.Token);
            return TypedResults.Ok(new Answer(
                started.Id, started.Name, Enum.Parse<Role>(started.Role, ignoreCase: true), started.ScopeId, started.ExpiresAt, started.EndsAt));
        })
        .AllowAnonymous()
        .RequireRateLimiting(SignInLimit.Policy)
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .WithSummary("Sign in with an API key")
        .WithDescription("Sets the cookie hub_session. Requests that change something with it need the header X-CSRF-Token, given by GET /auth/session.");

    /// <param name="Key">The API key.</param>
    public sealed record Body(string Key)
    {
        public override string ToString() => nameof(SignIn);
    }

    /// <param name="Id">The session's id.</param>
    /// <param name="Name">Who signed in.</param>
    /// <param name="Role">What they may do.</param>
    /// <param name="ScopeId">Where.</param>
    /// <param name="ExpiresAt">When it ends unless it is used.</param>
    /// <param name="EndsAt">When it ends in any case.</param>
    public sealed record Answer(long Id, string Name, Role Role, long ScopeId, DateTimeOffset ExpiresAt, DateTimeOffset EndsAt);

    private sealed class Rules : AbstractValidator<StartKeySession>
    {
        public Rules() => RuleFor(r => r.Key).Must(key => key is { Length: > 0 and <= 512 }).WithMessage("must be an API key");
    }
}
