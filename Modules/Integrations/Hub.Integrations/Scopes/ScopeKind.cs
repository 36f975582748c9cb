namespace Hub.Integrations.Scopes;

internal enum ScopeKind
{
    Platform,
    Tenant,
    Team,
    Project,
    Ruleset,
}

internal static class ScopeKinds
{
    /// <summary>Every kind by its word in JSON and in the database.</summary>
    public static readonly IReadOnlyDictionary<string, ScopeKind> ByWord = Enum.GetValues<ScopeKind>().ToDictionary(Word, StringComparer.Ordinal);

    public static string Word(this ScopeKind kind) => kind.ToString().ToLowerInvariant();
}

/// <summary>Which kinds of scope may hang under which.</summary>
internal static class ScopePlacement
{
    /// <summary>The kinds that a scope of this kind may hang under; none for the platform, which is the root.</summary>
    public static IReadOnlyList<ScopeKind> ParentsOf(ScopeKind kind) => kind switch
    {
        ScopeKind.Platform => [],
        ScopeKind.Tenant => [ScopeKind.Platform],
        ScopeKind.Team => [ScopeKind.Tenant, ScopeKind.Team],
        _ => [ScopeKind.Platform, ScopeKind.Tenant, ScopeKind.Team],
    };

    /// <returns>What is wrong with hanging one under the other, for the client; null when it may.</returns>
    public static string? Refusal(ScopeKind kind, ScopeKind parent)
    {
        var parents = ParentsOf(kind);
        return parents.Contains(parent)
            ? null
            : $"a {kind.Word()} may hang under a {string.Join(" or a ", parents.Select(ScopeKinds.Word))}, not under a {parent.Word()}; name another parent";
    }
}
