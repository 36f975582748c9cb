using System.Text.Json;
using Hub.Integrations.Scopes;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Problems;

namespace Hub.Integrations.Rulesets;

/// <summary>What a ruleset has beyond its scope.</summary>
internal sealed record RulesetDetails(
    string? Description, bool IsActive, IReadOnlyList<string> SearchPriority, JsonElement? ResponseGuidelines, JsonElement? ContextRules,
    JsonElement? AiBehaviorRules, JsonElement? ConversationRules, JsonElement? ModeSettings, string? LegacyId)
{
    public RulesetRow Over(RulesetRow row) => row with
    {
        Description = Description,
        IsActive = IsActive,
        SearchPriority = SearchPriority,
        ResponseGuidelines = ResponseGuidelines,
        ContextRules = ContextRules,
        AiBehaviorRules = AiBehaviorRules,
        ConversationRules = ConversationRules,
        ModeSettings = ModeSettings,
        LegacyId = LegacyId,
    };
}

/// <summary>Makes and changes rulesets with their scope and the audit of it. Inside the caller's transaction.</summary>
internal sealed class RulesetChanges(ScopeChanges scopes, RulesetStore store, Audit audit)
{
    /// <returns>Null when the slug is taken under this parent.</returns>
    public async Task<RulesetRow?> Create(string name, string? slug, ScopeAnswer parent, RulesetDetails details, CancellationToken ct)
    {
        if (await scopes.Insert(ScopeKind.Ruleset, name, slug, parent, ct) is not { } scope)
            return null;
        var created = details.Over(Bare(scope));
        await store.Save(created, ct);
        await audit.Record("scope.created", "scope", created.Id, created.Path, RulesetRow.Diff(null, created), ct);
        return created;
    }

    /// <summary>A change that changes nothing writes nothing. Its scope is locked by the caller.</summary>
    /// <exception cref="ConflictException">The slug is taken under its parent.</exception>
    public async Task<RulesetRow> Change(RulesetRow before, RulesetRow wanted, CancellationToken ct)
    {
        var diff = RulesetRow.Diff(before, wanted);
        if (diff.Count == 0)
            return before;
        var saved = await scopes.Update(wanted.Id, wanted.Name, wanted.Slug, ct);
        await store.Save(wanted, ct);
        await audit.Record("scope.updated", "scope", before.Id, before.Path, diff, ct);
        return wanted with { Version = saved.Version, UpdatedAt = saved.UpdatedAt };
    }

    private static RulesetRow Bare(ScopeAnswer scope) => new(
        scope.Id, scope.Name, scope.Slug, scope.ParentId!.Value, scope.Path, null, true, [], null, null, null, null, null, null, 0, 0, scope.Version,
        scope.CreatedAt, scope.UpdatedAt);
}
