using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Integrations.Integrations;
using Hub.Integrations.Rulesets;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Imports;

/// <summary>
/// A ruleset in the old form, to be imported elsewhere or by the system it came from: its sources as columns, one integration each. Secrets only for
/// platform admins who ask for them, and the audit log says so.
/// </summary>
internal static class GetLegacyRuleset
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}/legacy", async (long id, [FromQuery(Name = "include_secrets")] bool? includeSecrets, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(id, includeSecrets ?? false), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("Get a ruleset in the old form");

    public sealed record Request(long RulesetId, bool IncludeSecrets) : IRequest<Answer>;

    /// <param name="Id">The id of the old row; null when there was none.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Description">What it is for.</param>
    /// <param name="IsActive">Whether it is to be used.</param>
    /// <param name="SearchPriority">Ids of integration types.</param>
    /// <param name="ResponseGuidelines">As it was put.</param>
    /// <param name="ContextRules">Likewise.</param>
    /// <param name="AiBehaviorRules">Likewise.</param>
    /// <param name="ConversationRules">Likewise.</param>
    /// <param name="ModeSettings">A JSON object.</param>
    /// <param name="NotionConfig">Its Notion source; null when there is none.</param>
    /// <param name="AzureDevopsConfig">Its Azure DevOps source.</param>
    /// <param name="GithubConfig">Its GitHub source.</param>
    /// <param name="DynatraceConfig">Its Dynatrace source.</param>
    /// <param name="CreatedAt">When the hub made it.</param>
    /// <param name="UpdatedAt">When it was last changed.</param>
    public sealed record Answer(
        JsonElement? Id, string Name, string? Description, bool IsActive, IReadOnlyList<string> SearchPriority, JsonElement? ResponseGuidelines,
        JsonElement? ContextRules, JsonElement? AiBehaviorRules, JsonElement? ConversationRules, JsonElement? ModeSettings, JsonElement? NotionConfig,
        JsonElement? AzureDevopsConfig, JsonElement? GithubConfig, JsonElement? DynatraceConfig, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
    {
        public override string ToString() => $"Old form of ruleset {Name}";
    }

    private sealed class Handler(Db db, Caller caller, RulesetStore store, LegacyStore legacy, IntegrationTypes types, LegacyForm form, Audit audit)
        : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            var ruleset = await store.Require(request.RulesetId, caller.ScopeId, cancellationToken);
            if (request.IncludeSecrets)
                await LegacySecrets.Allow(db, caller, audit, "ruleset.exported_with_secrets", "scope", ruleset.Id, ruleset.Path, cancellationToken);
            var schemas = await types.All(cancellationToken);
            var rows = await legacy.Integrations([ruleset.Id], cancellationToken);
            var origins = await legacy.Of([ruleset.Id], cancellationToken);
            var columns = OldColumn.All
                .Select(column => Shown(column, ColumnChoice.Of(column, rows, origins), origins, schemas, request.IncludeSecrets))
                .ToArray();
            return new Answer(
                ruleset.LegacyId is { } id ? OldJson.Id(id) : null, ruleset.Name, ruleset.Description, ruleset.IsActive, ruleset.SearchPriority,
                ruleset.ResponseGuidelines, ruleset.ContextRules, ruleset.AiBehaviorRules, ruleset.ConversationRules, ruleset.ModeSettings,
                columns[0], columns[1], columns[2], columns[3], ruleset.CreatedAt, ruleset.UpdatedAt);
        }

        private JsonElement? Shown(
            OldColumn column, IntegrationRow? row, IReadOnlyDictionary<long, LegacyRecord> origins, IReadOnlyDictionary<string, IntegrationSchema> schemas,
            bool withSecrets)
        {
            if (row is null)
                return null;
            var schema = schemas.GetValueOrDefault(row.IntegrationType);
            var values = form.Of(row, schema, origins.GetValueOrDefault(row.Id), withSecrets);
            if (row.Name != schema?.Name)
                values["name"] = row.Name;
            if (!row.Enabled)
                values["enabled"] = false;
            // Where the values do not say which of the column's types it is, the form does.
            var members = values.Select(pair => KeyValuePair.Create(pair.Key, JsonSerializer.SerializeToElement(pair.Value))).ToArray();
            if (column.Choose(members).Type != row.IntegrationType)
                values["type"] = row.IntegrationType;
            return JsonSerializer.SerializeToElement<JsonNode>(values);
        }
    }
}
