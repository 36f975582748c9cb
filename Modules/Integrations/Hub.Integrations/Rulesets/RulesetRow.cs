using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.SharedKernel.Auditing;

namespace Hub.Integrations.Rulesets;

/// <summary>A ruleset as it is stored: its scope, and what it has beyond that.</summary>
internal sealed record RulesetRow(
    long Id, string Name, string Slug, long ParentId, IReadOnlyList<long> Path, string? Description, bool IsActive, IReadOnlyList<string> SearchPriority,
    JsonElement? ResponseGuidelines, JsonElement? ContextRules, JsonElement? AiBehaviorRules, JsonElement? ConversationRules, JsonElement? ModeSettings,
    string? LegacyId, int IntegrationCount, int ActiveIntegrationCount, long Version, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>What of it is worth a line in the audit log; empty when nothing changed.</summary>
    public static JsonObject Diff(RulesetRow? before, RulesetRow after) => AuditDiff.Between(before is null ? null : Told(before), Told(after));

    private static object Told(RulesetRow row) => new
    {
        kind = "ruleset", row.Name, row.Slug, row.ParentId, row.Description, row.IsActive, row.SearchPriority, row.ResponseGuidelines, row.ContextRules,
        row.AiBehaviorRules, row.ConversationRules, row.ModeSettings, row.LegacyId,
    };

    public override string ToString() => $"Ruleset {Id}";
}
