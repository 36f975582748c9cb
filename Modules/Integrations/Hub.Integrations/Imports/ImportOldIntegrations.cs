using System.Text.Json;
using Hub.Integrations.Contracts;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Imports;

/// <summary>Old rows become integrations of one scope. Also the command line's way to bring them in.</summary>
internal static class ImportOldIntegrations
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPost("/integrations", async (
            JsonElement rows, [FromQuery(Name = "scope_id")] long? scopeId, [FromQuery(Name = "dry_run")] bool? dryRun, Caller caller, IMediator mediator,
            CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new ImportIntegrations(OldRows.Of(rows), scopeId ?? caller.ScopeId, dryRun ?? false, caller.ScopeId), ct)))
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .WithSummary("Import old integrations")
        .WithDescription("The body is an array of old rows: name, integration_type, is_enabled and config. Sent again, the same data changes nothing.");

    private sealed class Handler(Db db, CallerAccessor caller, ScopeLock scopes, IntegrationTypes types, LegacyStore legacy, IntegrationImport import)
        : IRequestHandler<ImportIntegrations, IntegrationImportReport>
    {
        private const int BatchSize = 100;

        public async Task<IntegrationImportReport> Handle(ImportIntegrations request, CancellationToken cancellationToken)
        {
            ExistingIntegrations existing;
            await using (await db.Begin(cancellationToken))
            {
                await scopes.Share(request.ScopeId, request.CallerScopeId, cancellationToken);
                existing = new ExistingIntegrations(
                    await legacy.Integrations([request.ScopeId], cancellationToken), await legacy.Of([request.ScopeId], cancellationToken));
            }

            var report = new IntegrationReport();
            var reader = new OldIntegrationReader(await types.All(cancellationToken), report);
            var seen = new SeenRows();
            var batch = new List<OldIntegration>();
            var index = 0;
            await foreach (var row in request.Integrations.WithCancellation(cancellationToken))
            {
                if (reader.Read(index, row) is { } old && IsFirst(old, seen, report))
                    batch.Add(old);
                index++;
                if (batch.Count < BatchSize)
                    continue;
                await Run(request, batch, existing, report, cancellationToken);
                batch.Clear();
            }

            if (batch.Count > 0)
                await Run(request, batch, existing, report, cancellationToken);
            return report.Done(request.DryRun);
        }

        private async Task Run(
            ImportIntegrations request, IReadOnlyList<OldIntegration> batch, ExistingIntegrations existing, IntegrationReport report, CancellationToken ct)
        {
            await using var tx = await db.Begin(ct);
            var scope = await scopes.Share(request.ScopeId, request.CallerScopeId, ct);
            foreach (var old in batch)
                await Import(old, existing.Find(old), scope, report, ct);
            if (!request.DryRun)
                await tx.Commit(ct);
        }

        private async Task Import(OldIntegration old, IntegrationRow? existing, ScopeLock.Place scope, IntegrationReport report, CancellationToken ct)
        {
            if (existing is not null && existing.IntegrationType != old.Schema.Id)
            {
                report.Fail(old.Index, old.Name, "integration_type", $"integration {existing.Id} of this name or id is a {existing.IntegrationType}; delete it or rename one");
                return;
            }

            var wanted = new WantedImport(
                scope.Path, existing, old.Schema, [old.Name], old.Enabled, old.Priority, old.Configuration, LegacyRecord.Row, old.LegacyId, old.OldType);
            var outcome = await import.Save(wanted, OldRows.MayUseEnvironment(caller.Current), ct);
            foreach (var (key, message) in outcome.Errors)
                report.Fail(old.Index, old.Name, key, message);
            report.Created += outcome.Change is ImportChange.Created ? 1 : 0;
            report.Updated += outcome.Change is ImportChange.Updated ? 1 : 0;
            if (outcome.Missing.Count > 0)
                report.Skip(old.Index, old.Name, "is_enabled", $"imported but switched off: {string.Join(", ", outcome.Missing)} missing");
        }

        private static bool IsFirst(OldIntegration old, SeenRows seen, IntegrationReport report)
        {
            // Unlike rulesets, integrations of one scope never share a name, whatever their old ids.
            var earlier = seen.Earlier(old.Index, old.Name, null) ?? (old.LegacyId is { } id ? seen.Earlier(old.Index, $"\n{id}", id) : null);
            if (earlier is not { } same)
                return true;
            report.Fail(old.Index, old.Name, same.Field, $"is the same as that of row {same.Index}, whatever the case; only that one was imported");
            return false;
        }
    }
}

/// <summary>A scope's integrations, to find the one that an old row was imported as: by its old id, else by its name.</summary>
internal sealed class ExistingIntegrations(IReadOnlyList<IntegrationRow> rows, IReadOnlyDictionary<long, LegacyRecord> origins)
{
    private readonly Dictionary<string, IntegrationRow> byName =
        rows.GroupBy(row => row.Name, StringComparer.OrdinalIgnoreCase).ToDictionary(group => group.Key, group => group.First(), StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<string, IntegrationRow> byLegacyId =
        rows.Where(row => origins.GetValueOrDefault(row.Id)?.LegacyId is not null)
            .ToDictionary(row => origins[row.Id].LegacyId!, StringComparer.Ordinal);

    public IntegrationRow? Find(OldIntegration old)
    {
        if (old.LegacyId is { } id && byLegacyId.TryGetValue(id, out var same))
            return same;
        // The same name with another old id is another one; whether the name is free is for the database to say.
        return byName.TryGetValue(old.Name, out var named) && (old.LegacyId is null || origins.GetValueOrDefault(named.Id)?.LegacyId is null) ? named : null;
    }
}
