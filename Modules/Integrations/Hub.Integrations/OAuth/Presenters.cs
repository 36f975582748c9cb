using Hub.Integrations.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Http;

namespace Hub.Integrations.OAuth;

/// <summary>Who comes back from the provider, if that can be told: the callback is public, so nobody has looked yet.</summary>
internal static class Presenters
{
    private const string Bearer = "Bearer ";

    /// <returns>Null for a browser without credentials, or with a session that is over.</returns>
    /// <exception cref="UnauthenticatedException">A key is presented that is not valid.</exception>
    public static async Task<Caller?> Of(HttpContext http, IMediator mediator, CancellationToken ct)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (header is "")
            return SessionCookie.Token(http) is { } token && await mediator.Send(new AuthenticateSession(token), ct) is { } session
                && RoleOf(session.Role) is { } held
                ? new Caller(session.KeyId, session.Name, held, session.ScopeId, session.ScopePath, session.UserId, session.SessionId) : null;
        return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) && header.Length <= 512
            && await mediator.Send(new AuthenticateKey(header[Bearer.Length..].Trim()), ct) is { } key && RoleOf(key.Role) is { } role
            ? new Caller(key.KeyId, key.Name, role, key.ScopeId, key.ScopePath)
            : throw new UnauthenticatedException("invalid_credentials", "The API key is unknown, revoked or expired.");
    }

    private static Role? RoleOf(string name) => Enum.TryParse<Role>(name, ignoreCase: true, out var role) ? role : null;
}
