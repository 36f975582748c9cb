namespace Hub.SharedKernel.Access;

/// <summary>Ordered: each role may do what the ones before it may.</summary>
public enum Role
{
    Viewer,
    Manager,
    Admin,
}

/// <summary>
/// Who is asking: an API key, or a person who signed in, with a role and the scope it belongs to. It sees rows whose <c>scope_path</c> contains
/// <see cref="ScopeId"/>.
/// </summary>
/// <param name="KeyId">The key, also that of a session which was opened with one; null for a user of an identity provider.</param>
/// <param name="Name">The key's name, or who the user is: what the audit log says.</param>
/// <param name="Role">What it may do.</param>
/// <param name="ScopeId">Where it belongs.</param>
/// <param name="ScopePath">That scope's path, root first.</param>
/// <param name="UserId">The user; null for a key.</param>
/// <param name="SessionId">The session of a browser; null for a request with a key of its own.</param>
public sealed record Caller(
    long? KeyId, string Name, Role Role, long ScopeId, IReadOnlyList<long> ScopePath, long? UserId = null, long? SessionId = null)
{
    /// <summary>The root of the scope tree, always there.</summary>
    public const long PlatformScope = 1;

    public bool IsPlatform => ScopeId == PlatformScope;

    /// <summary>One number for whoever asks: a key's id, or a user's with a minus.</summary>
    public long OwnerId => KeyId ?? -UserId ?? 0;

    public bool Sees(IReadOnlyList<long> scopePath) => scopePath.Contains(ScopeId);
}

/// <summary>Holds the caller of the current request; empty in workers and commands.</summary>
public sealed class CallerAccessor
{
    public Caller? Current { get; set; }
}
