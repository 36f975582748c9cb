using System.Text.Json.Nodes;
using Hub.Integrations.Secrets;
using Hub.Schemas.Contracts;

namespace Hub.Integrations.Integrations;

/// <summary>Puts together what an integration's calls use. Everybody who calls a third party asks here.</summary>
internal sealed class EffectiveConfigurations(IntegrationSecrets secrets)
{
    public Task<EffectiveConfiguration> Of(IntegrationRow row, IntegrationSchema schema, CancellationToken ct) =>
        Task.FromResult(EffectiveConfiguration.Of(schema, row.Configuration, secrets.Open(row, schema), row.Id));

    /// <summary>The same for values that are not stored (yet).</summary>
    /// <param name="schema">The type.</param>
    /// <param name="scopePath">Where it would belong, root first.</param>
    /// <param name="values">Its own values.</param>
    /// <param name="own">Its own secrets.</param>
    /// <param name="ct">Cancels the reads.</param>
    public Task<EffectiveConfiguration> Of(
        IntegrationSchema schema, IReadOnlyList<long> scopePath, JsonObject values, OpenedSecrets own, CancellationToken ct) =>
        Task.FromResult(EffectiveConfiguration.Of(schema, values, own));

    /// <summary>Required fields without a value, without opening any secret.</summary>
    public Task<IReadOnlyList<string>> Missing(IntegrationRow row, IntegrationSchema schema, CancellationToken ct) =>
        Task.FromResult(Configuration.Missing(schema, row.Configuration, secrets.Present(row, schema)));
}
