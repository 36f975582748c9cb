using MediatR;

namespace Hub.Integrations.Contracts;

/// <summary>Whose session this is; null when it is unknown, over or revoked, or its key is. Using a session keeps it alive.</summary>
public sealed record AuthenticateSession(string Token) : IRequest<AuthenticatedSession?>
{
    public override string ToString() => nameof(AuthenticateSession);
}

/// <param name="SessionId">The session's id.</param>
/// <param name="KeyId">The key it was opened with; null for a user of an identity provider.</param>
/// <param name="UserId">That user.</param>
/// <param name="Name">The key's name, or the user's e-mail address, for the audit log.</param>
/// <param name="Role">viewer, manager or admin.</param>
/// <param name="ScopeId">The scope it belongs to.</param>
/// <param name="ScopePath">That scope's path, root first.</param>
public sealed record AuthenticatedSession(
    long SessionId, long? KeyId, long? UserId, string Name, string Role, long ScopeId, IReadOnlyList<long> ScopePath);

/// <summary>Opens a session with an API key's role and scope; null when the key is unknown, revoked or expired.</summary>
/// <param name="Key">The key's text.</param>
/// <param name="Earlier">The token of a session that this one takes the place of.</param>
public sealed record StartKeySession(string Key, string? Earlier = null) : IRequest<StartedSession?>
{
    public override string ToString() => nameof(StartKeySession);
}

/// <param name="Id">The session's id.</param>
/// <param name="Token">For the cookie; stored only as a hash.</param>
/// <param name="Name">Who signed in.</param>
/// <param name="Role">viewer, manager or admin.</param>
/// <param name="ScopeId">The scope it belongs to.</param>
/// <param name="ExpiresAt">When it ends if it is not used: it moves on with every use.</param>
/// <param name="EndsAt">When it ends in any case.</param>
public sealed record StartedSession(long Id, string Token, string Name, string Role, long ScopeId, DateTimeOffset ExpiresAt, DateTimeOffset EndsAt)
{
    public override string ToString() => $"StartedSession {Id}";
}

/// <summary>Ends the session with this token at once, over all replicas. Nothing happens when there is none.</summary>
public sealed record EndSession(string Token) : IRequest
{
    public override string ToString() => nameof(EndSession);
}
