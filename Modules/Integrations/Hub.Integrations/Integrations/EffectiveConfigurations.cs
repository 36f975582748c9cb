using System.Text.Json.Nodes;
using Hub.Integrations.ScopeConfig;
using Hub.Integrations.Secrets;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Secrets;

namespace Hub.Integrations.Integrations;

/// <summary>Puts together what an integration's calls use. Everybody who calls a third party asks here.</summary>
internal sealed class EffectiveConfigurations(ConfigLevels levels, IntegrationSecrets secrets, SecretProtector protector)
{
    public async Task<EffectiveConfiguration> Of(IntegrationRow row, IntegrationSchema schema, CancellationToken ct) =>
        Of(row, schema, await levels.Along(row.ScopePath, row.IntegrationType, ct));

    /// <summary>The same for many integrations in one read.</summary>
    public async Task<IReadOnlyList<EffectiveConfiguration>> Of(IReadOnlyList<(IntegrationRow Row, IntegrationSchema Schema)> many, CancellationToken ct)
    {
        var known = await levels.Among(
            many.SelectMany(one => one.Row.ScopePath).ToHashSet(), many.Select(one => one.Row.IntegrationType).ToHashSet(StringComparer.Ordinal), ct);
        return [.. many.Select(one => Of(one.Row, one.Schema, known.Along(one.Row.ScopePath, one.Row.IntegrationType)))];
    }

    /// <summary>The same for values that are not stored (yet).</summary>
    /// <param name="schema">The type.</param>
    /// <param name="scopePath">Where it would belong, root first.</param>
    /// <param name="values">Its own values.</param>
    /// <param name="own">Its own secrets.</param>
    /// <param name="ct">Cancels the reads.</param>
    public async Task<EffectiveConfiguration> Of(
        IntegrationSchema schema, IReadOnlyList<long> scopePath, JsonObject values, OpenedSecrets own, CancellationToken ct)
    {
        var names = own.Values.Keys.Concat(own.Unreadable).Select(field => KeyValuePair.Create(field, (JsonNode?)Configuration.Encrypted));
        var draft = new ConfigLevel(scopePath[^1], "", "", values, new JsonObject(names), new HashSet<string>());
        return Build(schema, null, [.. await levels.Along(scopePath, schema.Id, ct), draft], draft, own);
    }

    /// <summary>Required fields without a value, without opening any secret.</summary>
    public async Task<IReadOnlyList<string>> Missing(IntegrationRow row, IntegrationSchema schema, CancellationToken ct) =>
        Missing(schema, [.. await levels.Along(row.ScopePath, row.IntegrationType, ct), ConfigLevel.Of(row, schema, secrets)]);

    public static IReadOnlyList<string> Missing(IntegrationSchema schema, IReadOnlyList<ConfigLevel> levels)
    {
        var merged = Inheritance.Merge(levels);
        var present = merged.Where(field => field.Value.IsSecret(field.Key)).Select(field => field.Key).ToHashSet(StringComparer.Ordinal);
        return Configuration.Missing(schema, ValuesOf(merged), present);
    }

    private EffectiveConfiguration Of(IntegrationRow row, IntegrationSchema schema, IReadOnlyList<ConfigLevel> above)
    {
        var own = secrets.Open(row, schema);
        if (above.Count == 0)
            return EffectiveConfiguration.Of(schema, row.Configuration, own, row.Id);
        var last = ConfigLevel.Of(row, schema, secrets);
        return Build(schema, row.Id, [.. above, last], last, own);
    }

    private EffectiveConfiguration Build(
        IntegrationSchema schema, long? integrationId, IReadOnlyList<ConfigLevel> all, ConfigLevel last, OpenedSecrets own)
    {
        var merged = Inheritance.Merge(all);
        var opened = new Dictionary<string, string>(StringComparer.Ordinal);
        var unreadable = new List<string>();
        foreach (var (field, inherited) in merged.Where(pair => pair.Value.IsSecret(pair.Key)))
        {
            var plain = ReferenceEquals(inherited.Source, last)
                ? own.Of(field)
                : protector.TryUnprotect(inherited.Source!.Owner, field, inherited.Source.Secrets[field]!.GetValue<string>());
            if (plain is not null)
                opened[field] = plain;
            else
                unreadable.Add(field);
        }

        return EffectiveConfiguration.Of(schema, ValuesOf(merged), new OpenedSecrets(opened, unreadable), integrationId) with
        {
            Givers = merged.Where(pair => pair.Value.IsSecret(pair.Key) && !ReferenceEquals(pair.Value.Source, last))
                .ToDictionary(pair => pair.Key, pair => pair.Value.Source!.Owner, StringComparer.Ordinal),
        };
    }

    private static JsonObject ValuesOf(IReadOnlyDictionary<string, InheritedField> merged) => new(merged
        .Where(pair => pair.Value.Source?.Values[pair.Key] is not null && !pair.Value.IsSecret(pair.Key))
        .Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Source!.Values[pair.Key]!.DeepClone()))!);
}
