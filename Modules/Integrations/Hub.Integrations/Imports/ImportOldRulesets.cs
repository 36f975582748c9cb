using System.Text.Json;
using Hub.Integrations.Contracts;
using Hub.Integrations.Integrations;
using Hub.Integrations.Scopes;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Imports;

/// <summary>Old rulesets become rulesets, their columns integrations. Also the command line's way to bring them in.</summary>
internal static class ImportOldRulesets
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/rulesets", async (
            JsonElement rows, [FromQuery(Name = "scope_id")] long? scopeId, [FromQuery(Name = "dry_run")] bool? dryRun, Caller caller, IMediator mediator,
            CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new ImportRulesets(OldRows.Of(rows), scopeId ?? caller.ScopeId, dryRun ?? false, caller.ScopeId), ct)))
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .WithSummary("Import old rulesets with their sources")
        .WithDescription(
            "The body is an array of old rulesets. notion_config, azure_devops_config, github_config and dynatrace_config may be objects, JSON in a text, or null. "
            + "Sent again, the same data changes nothing.");

    private sealed class Handler(Db db, CallerAccessor caller, ScopeChanges scopes, IntegrationTypes types, RulesetBatch batches)
        : IRequestHandler<ImportRulesets, RulesetImportReport>
    {
        public async Task<RulesetImportReport> Handle(ImportRulesets request, CancellationToken cancellationToken)
        {
            KnownRulesets known;
            await using (await db.Begin(cancellationToken))
            {
                await scopes.Parent(ScopeKind.Ruleset, request.ScopeId, request.CallerScopeId, "scope_id", cancellationToken);
                known = await KnownRulesets.Under(db, request.ScopeId, cancellationToken);
            }

            var job = new RulesetBatch.Job(request.ScopeId, request.CallerScopeId, OldRows.MayUseEnvironment(caller.Current), request.DryRun);
            var report = new RulesetReport();
            var reader = new OldRulesetReader(await types.All(cancellationToken), report);
            var seen = new SeenRows();
            var batch = new List<OldRuleset>();
            var index = 0;
            await foreach (var row in request.Rulesets.WithCancellation(cancellationToken))
            {
                if (reader.Read(index, row) is { } old && IsFirst(old, seen, report))
                    batch.Add(old);
                index++;
                if (batch.Count < RulesetBatch.Size)
                    continue;
                await batches.Run(job, batch, known, report, cancellationToken);
                batch.Clear();
            }

            if (batch.Count > 0)
                await batches.Run(job, batch, known, report, cancellationToken);
            return report.Done(request.DryRun);
        }

        private static bool IsFirst(OldRuleset old, SeenRows seen, RulesetReport report)
        {
            if (seen.Earlier(old.Index, old.Name, old.Details.LegacyId) is not { } earlier)
                return true;
            report.Fail(old.Index, old.Name, null, earlier.Field, $"is the same as that of row {earlier.Index}, whatever the case; only that one was imported");
            return false;
        }
    }
}

/// <summary>What the imports over HTTP and from the command line share.</summary>
internal static class OldRows
{
    /// <exception cref="InvalidException">The body is no array.</exception>
    public static IAsyncEnumerable<JsonElement> Of(JsonElement body) => body.ValueKind is JsonValueKind.Array
        ? body.EnumerateArray().ToAsyncEnumerable()
        : throw new InvalidException("$", "must be a JSON array of old rows");

    /// <summary>Platform admins, and whoever sits at the hub's own command line.</summary>
    public static bool MayUseEnvironment(Caller? caller) => caller is null or { IsPlatform: true, Role: Role.Admin };
}
