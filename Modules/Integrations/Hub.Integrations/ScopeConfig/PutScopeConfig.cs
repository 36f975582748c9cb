using System.Text.Json.Nodes;
using Hub.Integrations.Integrations;
using Hub.Integrations.Scopes;
using Hub.Integrations.Secrets;
using Hub.Integrations.Sso;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.ScopeConfig;

/// <summary>Sets a type's values and locks at a scope. Every integration below is brought up to date in the same transaction.</summary>
internal static class PutScopeConfig
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapPut("/{schemaId}", async (long scopeId, string schemaId, ScopeConfigBody body, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(scopeId, schemaId, body), ct)))
        .RequireRole(Role.Manager)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .WithSummary("Set the configuration of a type at a scope");

    public sealed record Request(long ScopeId, string SchemaId, ScopeConfigBody Body) : IRequest<ScopeConfigAnswer>;

    private sealed class Handler(
        Db db, Caller caller, ScopeLock scopes, IntegrationTypes types, ConfigLevels levels, ScopeConfigDrafter drafter, IntegrationsBelow below, SecretsBelow secrets,
        FormerSecrets former, Audit audit)
        : IRequestHandler<Request, ScopeConfigAnswer>
    {
        public async Task<ScopeConfigAnswer> Handle(Request request, CancellationToken cancellationToken)
        {
            var schema = await types.InPath(request.SchemaId, cancellationToken);
            SsoRights.RequireFor(caller, schema.Id);
            await using var tx = await db.Begin(cancellationToken);
            var scope = await scopes.Share(request.ScopeId, caller.ScopeId, cancellationToken);
            await levels.Claim(schema.Id, cancellationToken);
            var place = new ConfigPlace(scope.Id, Enum.Parse<ScopeKind>(scope.Kind, ignoreCase: true), scope.Name, scope.Path);
            var (above, before) = place.Split(await levels.Along(place.Path, schema.Id, cancellationToken), schema.Id);
            var after = drafter.Draft(schema, above, before, request.Body);
            if (Diff(before, after) is { Count: > 0 } diff)
            {
                await secrets.Require(schema, before, after, cancellationToken);
                var affected = await below.Affected(schema, new ChangedLevel(before, after), cancellationToken);
                await Store(place, schema.Id, after, cancellationToken);
                await former.Follow(before, after, schema, cancellationToken);
                await below.BringUpToDate(affected, cancellationToken);
                await audit.Record("scope_config.updated", "scope_config", $"{place.Id}/{schema.Id}", place.Path, diff, cancellationToken);
                await tx.Commit(cancellationToken);
            }

            return ScopeConfigAnswer.Of(schema, place.Kind, after, above);
        }

        private Task<int> Store(ConfigPlace place, string type, ConfigLevel level, CancellationToken ct) => db.Execute(
            level.Values.Count + level.Secrets.Count + level.Locked.Count == 0 ? Delete : Upsert,
            new { scopeId = place.Id, type, path = place.Path, level.Values, level.Secrets, locked = level.Locked.Order(StringComparer.Ordinal).ToArray() }, ct);
    }

    private static JsonObject Diff(ConfigLevel before, ConfigLevel after)
    {
        var secrets = before.Secrets.Concat(after.Secrets).Select(pair => pair.Key).Distinct()
            .Where(field => !JsonNode.DeepEquals(before.Secrets[field], after.Secrets[field]));
        return AuditDiff.Between(State(before), State(after)).WithSecrets(secrets.Select(field => $"values.{field}"));
    }

    private static JsonObject State(ConfigLevel level)
    {
        var state = new JsonObject { ["locked"] = new JsonArray([.. level.Locked.Order(StringComparer.Ordinal).Select(field => JsonValue.Create(field))]) };
        foreach (var (field, value) in level.Values)
            state[$"values.{field}"] = value?.DeepClone();
        return state;
    }

    private const string Upsert = """
        insert into integrations.scope_configs (scope_id, integration_type, scope_path, configuration, secrets, locked)
        values (@scopeId, @type, @path, @values, @secrets, @locked)
        on conflict (scope_id, integration_type) do update
        set configuration = excluded.configuration, secrets = excluded.secrets, locked = excluded.locked, updated_at = now()
        """;

    private const string Delete = "delete from integrations.scope_configs where scope_id = @scopeId and integration_type = @type";
}
