namespace Hub.SharedKernel.Access;

/// <summary>Ordered: each role may do what the ones before it may.</summary>
public enum Role
{
    Viewer,
    Manager,
    Admin,
}

/// <summary>Who is asking: one API key, its role, and the scope it belongs to. It sees rows whose <c>scope_path</c> contains <see cref="ScopeId"/>.</summary>
public sealed record Caller(long KeyId, string Name, Role Role, long ScopeId, IReadOnlyList<long> ScopePath)
{
    /// <summary>The root of the scope tree, always there.</summary>
    public const long PlatformScope = 1;

    public bool IsPlatform => ScopeId == PlatformScope;

    public bool Sees(IReadOnlyList<long> scopePath) => scopePath.Contains(ScopeId);
}

/// <summary>Holds the caller of the current request; empty in workers and commands.</summary>
public sealed class CallerAccessor
{
    public Caller? Current { get; set; }
}
