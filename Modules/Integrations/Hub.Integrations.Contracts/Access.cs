using MediatR;

namespace Hub.Integrations.Contracts;

/// <summary>Whose key this is; null when it is unknown, revoked or expired.</summary>
public sealed record AuthenticateKey(string Key) : IRequest<AuthenticatedKey?>
{
    public override string ToString() => nameof(AuthenticateKey);
}

/// <param name="KeyId">The key's id.</param>
/// <param name="Name">Its name, for the audit log.</param>
/// <param name="Role">viewer, manager or admin.</param>
/// <param name="ScopeId">The scope it belongs to.</param>
/// <param name="ScopePath">That scope's path, root first.</param>
public sealed record AuthenticatedKey(long KeyId, string Name, string Role, long ScopeId, IReadOnlyList<long> ScopePath);

/// <summary>Which of these still serve: for connections that outlive the check at their start. Each use of a key is noted, that of a session is not.</summary>
/// <param name="KeyIds">Keys that callers came with.</param>
/// <param name="SessionIds">Sessions that callers came with; one that was opened with a key is over with it.</param>
public sealed record AskValidCallers(IReadOnlyList<long> KeyIds, IReadOnlyList<long> SessionIds) : IRequest<ValidCallers>;

/// <param name="KeyIds">Neither revoked nor expired.</param>
/// <param name="SessionIds">Likewise.</param>
public sealed record ValidCallers(IReadOnlyList<long> KeyIds, IReadOnlyList<long> SessionIds);

/// <summary>Makes sure that a platform admin key exists; run at every start.</summary>
/// <param name="FromEnvironment">
/// The value of HUB_ADMIN_KEY: becomes a platform admin key (20-256 printable ASCII characters) and the one of an earlier value is revoked. Null makes a
/// random one if no usable platform admin key exists.
/// </param>
public sealed record EnsureFirstAdminKey(string? FromEnvironment) : IRequest<FirstAdminKey>
{
    public override string ToString() => nameof(EnsureFirstAdminKey);
}

/// <param name="NewKey">The key's text when a random one was made now; null when one was there or was given.</param>
public sealed record FirstAdminKey(string? NewKey)
{
    public override string ToString() => nameof(FirstAdminKey);
}
