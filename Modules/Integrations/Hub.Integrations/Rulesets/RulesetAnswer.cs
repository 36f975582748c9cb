using System.Text.Json;
using Hub.SharedKernel.Http;

namespace Hub.Integrations.Rulesets;

/// <summary>A ruleset: what an assistant is told, and in which order its sources are asked.</summary>
/// <param name="Id">Its id, which is its scope's.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Slug">Its name in addresses, unique beside its siblings.</param>
/// <param name="ParentId">The scope it hangs under.</param>
/// <param name="Description">What it is for.</param>
/// <param name="IsActive">Whether it is to be used.</param>
/// <param name="SearchPriority">Ids of integration types, the first is asked first.</param>
/// <param name="ResponseGuidelines">Text, or a JSON object or array; as it was put.</param>
/// <param name="ContextRules">Likewise.</param>
/// <param name="AiBehaviorRules">Likewise.</param>
/// <param name="ConversationRules">Likewise.</param>
/// <param name="ModeSettings">A JSON object.</param>
/// <param name="IntegrationCount">How many integrations it has itself.</param>
/// <param name="ActiveIntegrationCount">How many of them are enabled and active.</param>
/// <param name="Version">Counts changes of the ruleset itself.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
internal sealed record RulesetAnswer(
    long Id, string Name, string Slug, long ParentId, string? Description, bool IsActive, IReadOnlyList<string> SearchPriority,
    JsonElement? ResponseGuidelines, JsonElement? ContextRules, JsonElement? AiBehaviorRules, JsonElement? ConversationRules, JsonElement? ModeSettings,
    int IntegrationCount, int ActiveIntegrationCount, long Version, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt) : IVersioned
{
    // Integrations come and go without a new version of their ruleset, so that they never get in each other's way.
    string IVersioned.Tag => $"{Version}.{IntegrationCount}.{ActiveIntegrationCount}";

    public static RulesetAnswer Of(RulesetRow row) => new(
        row.Id, row.Name, row.Slug, row.ParentId, row.Description, row.IsActive, row.SearchPriority, row.ResponseGuidelines, row.ContextRules,
        row.AiBehaviorRules, row.ConversationRules, row.ModeSettings, row.IntegrationCount, row.ActiveIntegrationCount, row.Version, row.CreatedAt,
        row.UpdatedAt);
}
