using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Integrations.Integrations;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Imports;

/// <summary>
/// The integrations of one scope as old rows, written while they are read. The answer can be sent to the import as it is. Secrets only for platform
/// admins who ask for them, and the audit log says so.
/// </summary>
internal static class ExportIntegrations
{
    private const string Legacy = "legacy";

    public static void Map(IEndpointRouteBuilder app) => app
        .MapGet("/exports/integrations", async (
            string? form, [FromQuery(Name = "scope_id")] long? scopeId, [FromQuery(Name = "include_secrets")] bool? includeSecrets, Caller caller,
            IMediator mediator, CancellationToken ct) =>
            form is Legacy
                ? TypedResults.Ok(await mediator.Send(new Request(scopeId ?? caller.ScopeId, includeSecrets ?? false), ct))
                : throw new InvalidException("form", $"must be {Legacy}"))
        .RequireRole(Role.Viewer)
        .WithTags("Imports")
        .WithSummary("Export a scope's integrations as old rows");

    public sealed record Request(long ScopeId, bool IncludeSecrets) : IRequest<IAsyncEnumerable<Row>>;

    /// <param name="Id">The id of the old row; null when there was none.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="IntegrationType">Its type, as the old row spelled it.</param>
    /// <param name="IsEnabled">Whether it is switched on.</param>
    /// <param name="Priority">1-1000, lower first.</param>
    /// <param name="Config">Values by key.</param>
    /// <param name="CreatedAt">When the hub made it.</param>
    /// <param name="UpdatedAt">When it was last changed.</param>
    public sealed record Row(
        JsonElement? Id, string Name, string IntegrationType, bool IsEnabled, int Priority, JsonElement Config, DateTimeOffset CreatedAt,
        DateTimeOffset UpdatedAt)
    {
        public override string ToString() => $"Old form of integration {Name}";
    }

    private sealed class Handler(Db db, Caller caller, LegacyStore legacy, IntegrationTypes types, LegacyForm form, Audit audit)
        : IRequestHandler<Request, IAsyncEnumerable<Row>>
    {
        private const int PageSize = 200;

        public async Task<IAsyncEnumerable<Row>> Handle(Request request, CancellationToken cancellationToken)
        {
            var path = await db.First<long[]>(SelectPath, new { request.ScopeId, caller = caller.ScopeId }, cancellationToken)
                ?? throw NotFoundException.Of("scope", request.ScopeId);
            if (request.IncludeSecrets)
                await LegacySecrets.Allow(db, caller, audit, "integrations.exported_with_secrets", "scope", request.ScopeId, path, cancellationToken);
            return Rows(request, await types.All(cancellationToken), cancellationToken);
        }

        private async IAsyncEnumerable<Row> Rows(
            Request request, IReadOnlyDictionary<string, IntegrationSchema> schemas, [EnumeratorCancellation] CancellationToken ct)
        {
            var origins = await legacy.Of([request.ScopeId], ct);
            for (var afterId = 0L; ;)
            {
                var page = await db.List<IntegrationRow>(Select, new { request.ScopeId, afterId, fetch = PageSize }, ct);
                foreach (var row in page)
                    yield return Of(row, schemas.GetValueOrDefault(row.IntegrationType), origins.GetValueOrDefault(row.Id), request.IncludeSecrets);
                if (page.Count < PageSize)
                    break;
                afterId = page[^1].Id;
            }
        }

        private Row Of(IntegrationRow row, IntegrationSchema? schema, LegacyRecord? origin, bool withSecrets) => new(
            origin?.LegacyId is { } id ? OldJson.Id(id) : null, row.Name, origin?.NameOf(LegacyRecord.Type) ?? row.IntegrationType, row.Enabled, row.Priority,
            JsonSerializer.SerializeToElement<JsonNode>(form.Of(row, schema, origin, withSecrets)), row.CreatedAt, row.UpdatedAt);
    }

    private const string SelectPath = "select path from integrations.scopes where id = @scopeId and path @> array[@caller]::bigint[]";

    private const string Select = $"""
        select {IntegrationRow.Columns}
        from integrations.integrations
        where scope_id = @scopeId and id > @afterId
        order by id
        limit @fetch
        """;
}
