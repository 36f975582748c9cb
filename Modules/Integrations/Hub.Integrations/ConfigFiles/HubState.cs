using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Integrations.Integrations;
using Hub.Integrations.Rulesets;
using Hub.Integrations.ScopeConfig;
using Hub.Integrations.Scopes;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Secrets;
using Hub.Webhooks.Contracts;
using MediatR;

namespace Hub.Integrations.ConfigFiles;

/// <summary>What the hub holds, as a text would say it, with the ids of the things the text names.</summary>
/// <param name="Document">As exported.</param>
/// <param name="ScopeIds">By path.</param>
/// <param name="IntegrationIds">By scope path and name in small letters.</param>
/// <param name="EndpointIds">By their place in the text.</param>
internal sealed record HubState(
    ConfigDocument Document, IReadOnlyDictionary<string, long> ScopeIds, IReadOnlyDictionary<(string Scope, string Name), long> IntegrationIds,
    IReadOnlyDictionary<string, long> EndpointIds)
{
    public const string Root = "/";

    public static (string Scope, string Name) Key(string scope, string name) => (scope, name.Trim().ToLowerInvariant());

    public static string Below(string parent, string slug) => parent is Root ? $"/{slug}" : $"{parent}/{slug}";
}

/// <summary>Reads the whole hub. Ordered by name, so that the same hub gives the same text.</summary>
internal sealed class HubStateReader(Db db, IMediator mediator, RulesetStore rulesets, SecretProtector protector, SecretFingerprints fingerprints)
{
    private sealed record Scope(long Id, ScopeKind Kind, string Name, string Slug, long? ParentId);

    private sealed record Config(long ScopeId, string IntegrationType, JsonObject Configuration, JsonObject Secrets, IReadOnlyList<string> Locked);

    public async Task<HubState> Read(CancellationToken ct)
    {
        var paths = new Dictionary<long, string>();
        var scopes = new List<ScopeEntry>();
        var all = await db.List<Scope>(SelectScopes, null, ct);
        var details = (await rulesets.Of([.. all.Where(scope => scope.Kind is ScopeKind.Ruleset).Select(scope => scope.Id)], ct)).ToDictionary(row => row.Id);
        foreach (var scope in all)
        {
            paths[scope.Id] = scope.ParentId is { } parent ? HubState.Below(paths[parent], scope.Slug) : HubState.Root;
            if (scope.ParentId is not null)
                scopes.Add(new ScopeEntry(
                    paths[scope.Id], scope.Kind, scope.Name, details.TryGetValue(scope.Id, out var ruleset) ? RulesetEntry.Of(ruleset) : null));
        }

        var configs = (await db.List<Config>(SelectConfigs, null, ct)).Select(config => Entry(config, paths[config.ScopeId]));
        var rows = await db.List<IntegrationRow>(SelectIntegrations, null, ct);
        var endpoints = (await mediator.Send(new AskEndpoints(), ct)).GroupBy(endpoint => (endpoint.ScopeId, endpoint.Url))
            .SelectMany(same => same.Select((endpoint, index) => (endpoint.Id, Entry: Entry(endpoint, paths[endpoint.ScopeId], index + 1)))).ToArray();
        var document = new ConfigDocument(
            ConfigDocument.CurrentVersion,
            [.. scopes.OrderBy(scope => scope.Path, StringComparer.Ordinal)],
            [.. configs.OrderBy(config => config.Scope, StringComparer.Ordinal).ThenBy(config => config.Type, StringComparer.Ordinal)],
            [.. rows.Select(row => Entry(row, paths[row.ScopeId])).OrderBy(entry => entry.Scope, StringComparer.Ordinal).ThenBy(entry => entry.Name, StringComparer.Ordinal)],
            [.. endpoints.Select(one => one.Entry).OrderBy(entry => entry.Scope, StringComparer.Ordinal).ThenBy(entry => entry.Url, StringComparer.Ordinal).ThenBy(entry => entry.Number)]);
        return new HubState(
            document, paths.ToDictionary(path => path.Value, path => path.Key, StringComparer.Ordinal),
            rows.ToDictionary(row => HubState.Key(paths[row.ScopeId], row.Name), row => row.Id),
            endpoints.ToDictionary(one => WantedDocument.PlaceOf(one.Entry), one => one.Id, StringComparer.OrdinalIgnoreCase));
    }

    private ConfigurationEntry Entry(Config config, string scope) => new(
        scope, config.IntegrationType,
        Values(scope, config.IntegrationType, config.IntegrationType, ConfigLevel.OwnerOf(config.ScopeId, config.IntegrationType), config.Configuration, config.Secrets),
        [.. config.Locked.Order(StringComparer.Ordinal)]);

    private IntegrationEntry Entry(IntegrationRow row, string scope) => new(
        scope, row.Name, row.IntegrationType, Values(scope, row.Name, row.IntegrationType, row.Owner, row.Configuration, row.Secrets),
        row.Enabled, row.Priority, row.SecretSource);

    private EndpointEntry Entry(EndpointInfo one, string scope, int number) => new(
        scope, one.Url, number, one.Description, one.EventTypes, one.Filter, one.Enabled, one.RateLimit, one.Ordering,
        one.HasPrivateKey ? null : new SecretEntry(
            SecretReferences.For(scope, $"{new Uri(one.Url).Host}_{number}", "secret"),
            one.Secret is null ? null : fingerprints.Of(WantedDocument.EndpointType, "secret", one.Secret)),
        one.Signature, one.ContactEmail);

    private SortedDictionary<string, JsonElement> Values(string scope, string name, string type, string owner, JsonObject plain, JsonObject secrets)
    {
        var values = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (field, value) in plain)
            values[field] = JsonSerializer.SerializeToElement(value);
        foreach (var (field, stored) in secrets)
        {
            var secret = protector.TryUnprotect(owner, field, stored!.GetValue<string>());
            var fingerprint = secret is null ? null : fingerprints.Of(type, field, secret);
            values[field] = JsonSerializer.SerializeToElement(new SecretEntry(SecretReferences.For(scope, name, field), fingerprint), HubJson.Options);
        }

        return values;
    }

    // Parents come before their children.
    private const string SelectScopes = "select id, kind, name, slug, parent_id from integrations.scopes order by array_length(path, 1), id";

    private const string SelectConfigs = "select scope_id, integration_type, configuration, secrets, locked from integrations.scope_configs";

    private const string SelectIntegrations = $"select {IntegrationRow.Columns} from integrations.integrations";
}
