using MediatR;

namespace Hub.Integrations.Contracts;

/// <summary>
/// Makes an API key. Its text is in the answer and nowhere else: only a hash is stored. Refused as invalid input, or as not found when the scope is
/// not at or below <paramref name="CallerScopeId"/>.
/// </summary>
/// <param name="Name">What people call it; 1-200 characters.</param>
/// <param name="Role">viewer, manager or admin.</param>
/// <param name="ScopeId">Where it belongs.</param>
/// <param name="ExpiresAt">When it stops to work; null never.</param>
/// <param name="CallerScopeId">On whose behalf; 1 sees all.</param>
public sealed record CreateKey(string Name, string Role, long ScopeId, DateTimeOffset? ExpiresAt = null, long CallerScopeId = 1) : IRequest<CreatedKey>;

/// <param name="Id">The key's id.</param>
/// <param name="Key">Its text: <c>hub_</c> and 43 characters of 0-9, A-Z, a-z (32 random bytes in base 62). Shown this once.</param>
/// <param name="Prefix">Its first 12 characters, to recognise it by.</param>
/// <param name="Role">viewer, manager or admin.</param>
/// <param name="ScopeId">The scope it belongs to.</param>
/// <param name="Name">What people call it.</param>
/// <param name="ExpiresAt">When it stops to work; null never.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record CreatedKey(long Id, string Key, string Prefix, string Role, long ScopeId, string Name, DateTimeOffset? ExpiresAt, DateTimeOffset CreatedAt)
{
    public override string ToString() => $"CreatedKey {Id}";
}

/// <summary>Keys that are not revoked and whose scope is at or below <paramref name="CallerScopeId"/>, by id.</summary>
/// <param name="CallerScopeId">On whose behalf; 1 sees all.</param>
/// <param name="AfterId">Only keys with a greater id.</param>
/// <param name="Limit">At most so many; null gives all.</param>
public sealed record ListKeys(long CallerScopeId = 1, long? AfterId = null, int? Limit = null) : IRequest<IReadOnlyList<KeyInfo>>;

/// <param name="Id">The key's id.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Prefix">How its text begins.</param>
/// <param name="Role">viewer, manager or admin.</param>
/// <param name="ScopeId">The scope it belongs to.</param>
/// <param name="ExpiresAt">When it stops to work, or did; null never.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="LastUsedAt">When it was last used, to the minute; null not yet.</param>
/// <param name="CreatedBy">The id of the key that made it; null when the hub itself or its command line did.</param>
public sealed record KeyInfo(
    long Id, string Name, string Prefix, string Role, long ScopeId,
    DateTimeOffset? ExpiresAt, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, long? CreatedBy);

/// <summary>Revokes a key at once. Refused as not found, or as a conflict when it is the last usable platform admin key.</summary>
/// <param name="Id">Which key.</param>
/// <param name="CallerScopeId">On whose behalf; 1 sees all.</param>
public sealed record RevokeKey(long Id, long CallerScopeId = 1) : IRequest;
