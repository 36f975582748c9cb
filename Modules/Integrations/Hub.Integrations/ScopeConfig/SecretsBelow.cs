using System.Globalization;
using Hub.Integrations.Integrations;
using Hub.Integrations.Secrets;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;

namespace Hub.Integrations.ScopeConfig;

/// <summary>
/// When a scope's configuration changes: no place below sends its own secret to another address that it inherits, and none sends an inherited secret to
/// an address of its own.
/// </summary>
internal sealed class SecretsBelow(Db db, ConfigLevels levels, IntegrationSecrets secrets)
{
    private sealed record Place(string Name, ConfigLevel Last, IReadOnlyList<ConfigLevel> Before, IReadOnlyList<ConfigLevel> After);

    /// <exception cref="ConflictException"><c>secrets_below</c>, with where.</exception>
    public async Task Require(IntegrationSchema schema, ConfigLevel before, ConfigLevel after, CancellationToken ct)
    {
        var places = await Below(schema, before, after, ct);
        var astray = places
            .SelectMany(place => SecretDestinations.Astray(schema, place.Before, place.After).Take(1).Select(one => (Place: place, Why: one)))
            .ToArray();
        if (astray.Length == 0)
            return;
        var (first, why) = astray[0];
        var names = string.Join(", ", astray.Take(5).Select(one => one.Place.Name)) + (astray.Length > 5 ? " and others" : "");
        throw new ConflictException("secrets_below", why.Source.Owner == first.Last.Owner
            ? $"{why.Field} cannot lead elsewhere: {names} would send a {why.Secret} of their own there. Set {why.Field} there to what holds now, then change it here."
            : $"{names} would send {why.Secret} to another {why.Field}, which is set there. Take {why.Field} away there, or enter a {why.Secret} there, then change it here.");
    }

    private async Task<IReadOnlyList<Place>> Below(IntegrationSchema schema, ConfigLevel before, ConfigLevel after, CancellationToken ct)
    {
        var parameters = new { before.ScopeId, type = schema.Id };
        var rows = await db.List<IntegrationRow>(SelectIntegrations, parameters, ct);
        var scopes = await db.List<long[]>(SelectScopes, parameters, ct);
        var known = await levels.Among(rows.SelectMany(row => row.ScopePath).Concat(scopes.SelectMany(path => path)).ToHashSet(), [schema.Id], ct);
        var places = rows.Select(row =>
        {
            var own = ConfigLevel.Of(row, schema, secrets);
            return new Place(Named("integration", row.Name, row.Id), own,
                [.. known.Along(row.ScopePath, schema.Id, before), own], [.. known.Along(row.ScopePath, schema.Id, after), own]);
        });
        return [.. places.Concat(scopes.Select(path =>
        {
            var along = known.Along(path, schema.Id, after);
            return new Place(Named("scope", along[^1].Name, path[^1]), along[^1], known.Along(path, schema.Id, before), along);
        }))];
    }

    private static string Named(string kind, string name, long id) => string.Create(CultureInfo.InvariantCulture, $"{name} ({kind} {id})");

    private const string SelectIntegrations = $"""
        select {IntegrationRow.Columns} from integrations.integrations
        where integration_type = @type and scope_path @> array[@scopeId]::bigint[]
        """;

    private const string SelectScopes = """
        select scope_path from integrations.scope_configs
        where integration_type = @type and scope_path @> array[@scopeId]::bigint[] and scope_id <> @scopeId
        """;
}
