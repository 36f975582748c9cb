using System.Text.Json.Nodes;
using Hub.Integrations.Integrations;
using Hub.Integrations.Secrets;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Problems;

namespace Hub.Integrations.ScopeConfig;

/// <summary>The rule of <see cref="SecretDestinations"/> for a configuration that is tried out before it is stored: a test sends secrets, too.</summary>
internal sealed class DraftDestinations(ConfigLevels levels, IntegrationSecrets secrets)
{
    /// <param name="schema">The type.</param>
    /// <param name="path">Where it would belong, root first.</param>
    /// <param name="row">The integration that it would change; null for a new one.</param>
    /// <param name="draft">What would be stored.</param>
    /// <param name="ct">Cancels the read.</param>
    /// <exception cref="InvalidException">Secrets must be sent again.</exception>
    /// <exception cref="ConflictException">A secret of a place above would be sent elsewhere.</exception>
    public async Task Require(IntegrationSchema schema, IReadOnlyList<long> path, IntegrationRow? row, DraftedConfiguration draft, CancellationToken ct)
    {
        var before = row is null ? null : ConfigLevel.Of(row, schema, secrets);
        var own = new JsonObject(draft.KeptSecrets.Select(field => KeyValuePair.Create(field, before?.Secrets[field]?.DeepClone()))
            .Concat(draft.NewSecrets.Keys.Select(field => KeyValuePair.Create(field, (JsonNode?)Configuration.Encrypted))));
        var after = new ConfigLevel(path[^1], row?.Name ?? "", row?.Owner ?? "", draft.Values, own, new HashSet<string>());
        SecretDestinations.Require(schema, await levels.Along(path, schema.Id, ct), before, after, "configuration");
    }
}
