using System.Text.Json;
using MediatR;

namespace Hub.Integrations.Contracts;

/// <summary>
/// Brings old rulesets in, each with its columns <c>notion_config</c>, <c>azure_devops_config</c>, <c>github_config</c> and <c>dynatrace_config</c> as
/// integrations. Run again with the same data it changes nothing. A ruleset with its integrations is written whole or not at all.
/// </summary>
/// <param name="Rulesets">The old rows, one JSON object each.</param>
/// <param name="ScopeId">What they shall hang under.</param>
/// <param name="DryRun">Only reports what would be done.</param>
/// <param name="CallerScopeId">On whose behalf; 1 sees all.</param>
public sealed record ImportRulesets(IAsyncEnumerable<JsonElement> Rulesets, long ScopeId, bool DryRun = false, long CallerScopeId = 1) : IRequest<RulesetImportReport>
{
    public override string ToString() => $"Import rulesets into scope {ScopeId}";
}

/// <param name="DryRun">Whether nothing was written.</param>
/// <param name="RulesetsCreated">New ones.</param>
/// <param name="RulesetsUpdated">Known ones that changed.</param>
/// <param name="IntegrationsCreated">New ones.</param>
/// <param name="IntegrationsUpdated">Known ones that changed.</param>
/// <param name="Skipped">What was left out or not taken as it was, and why.</param>
/// <param name="Errors">What could not be imported.</param>
public sealed record RulesetImportReport(
    bool DryRun, int RulesetsCreated, int RulesetsUpdated, int IntegrationsCreated, int IntegrationsUpdated,
    IReadOnlyList<RulesetSkip> Skipped, IReadOnlyList<RulesetError> Errors);

/// <param name="Index">Place in the input, from 0.</param>
/// <param name="Ruleset">Its name, or its place where it has none.</param>
/// <param name="Column">The column of the old row.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record RulesetSkip(int Index, string Ruleset, string Column, string Reason);

/// <param name="Index">Place in the input, from 0.</param>
/// <param name="Ruleset">Its name, or its place where it has none.</param>
/// <param name="Column">The column of the old row; null when it is about the row.</param>
/// <param name="Field">The value inside, as the path the old data has.</param>
/// <param name="Message">What is wrong and what to do, for people.</param>
public sealed record RulesetError(int Index, string Ruleset, string? Column, string? Field, string Message);

/// <summary>Brings old rows of integrations into one scope. Run again with the same data it changes nothing.</summary>
/// <param name="Integrations">The old rows, one JSON object each.</param>
/// <param name="ScopeId">Where they shall belong.</param>
/// <param name="DryRun">Only reports what would be done.</param>
/// <param name="CallerScopeId">On whose behalf; 1 sees all.</param>
public sealed record ImportIntegrations(IAsyncEnumerable<JsonElement> Integrations, long ScopeId, bool DryRun = false, long CallerScopeId = 1)
    : IRequest<IntegrationImportReport>
{
    public override string ToString() => $"Import integrations into scope {ScopeId}";
}

/// <param name="DryRun">Whether nothing was written.</param>
/// <param name="IntegrationsCreated">New ones.</param>
/// <param name="IntegrationsUpdated">Known ones that changed.</param>
/// <param name="Skipped">What was left out or not taken as it was, and why.</param>
/// <param name="Errors">What could not be imported.</param>
public sealed record IntegrationImportReport(
    bool DryRun, int IntegrationsCreated, int IntegrationsUpdated, IReadOnlyList<IntegrationSkip> Skipped, IReadOnlyList<IntegrationError> Errors);

/// <param name="Index">Place in the input, from 0.</param>
/// <param name="Integration">Its name, or its place where it has none.</param>
/// <param name="Field">The value, as the path the old data has.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record IntegrationSkip(int Index, string Integration, string Field, string Reason);

/// <param name="Index">Place in the input, from 0.</param>
/// <param name="Integration">Its name, or its place where it has none.</param>
/// <param name="Field">The value, as the path the old data has; null when it is about the row.</param>
/// <param name="Message">What is wrong and what to do, for people.</param>
public sealed record IntegrationError(int Index, string Integration, string? Field, string Message);
