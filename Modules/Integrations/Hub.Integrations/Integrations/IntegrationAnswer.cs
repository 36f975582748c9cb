using System.Text.Json;
using Hub.Integrations.Secrets;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Http;

namespace Hub.Integrations.Integrations;

/// <summary>An integration as clients see it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ScopeId">The scope it belongs to.</param>
/// <param name="Name">Unique in its scope, whatever the case.</param>
/// <param name="IntegrationType">Id of its type in the catalogue.</param>
/// <param name="PlatformName">The platform of its type.</param>
/// <param name="IntegrationCategory">The functional category of its type.</param>
/// <param name="Enabled">Switched on by its owner.</param>
/// <param name="Status">configuring, active, inactive or error.</param>
/// <param name="HealthStatus">healthy, warning, error or unknown.</param>
/// <param name="Priority">1-1000, lower first.</param>
/// <param name="SecretSource">stored or environment.</param>
/// <param name="Configuration">Values by field, secrets as placeholders. Empty for an integration of a scope above the caller's own.</param>
/// <param name="MissingFields">Required fields without a value.</param>
/// <param name="LastTestedAt">When its connection was last tested.</param>
/// <param name="LastTest">How that went.</param>
/// <param name="WebhookUrl">Path that takes its webhooks in; only for types that send some, only for managers and admins.</param>
/// <param name="Version">Counts visible changes; the ETag.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
internal sealed record IntegrationAnswer(
    long Id, long ScopeId, string Name, string IntegrationType, string PlatformName, string IntegrationCategory, bool Enabled, string Status,
    string HealthStatus, int Priority, string SecretSource, IReadOnlyDictionary<string, JsonElement> Configuration, IReadOnlyList<string> MissingFields,
    DateTimeOffset? LastTestedAt, LastTest? LastTest, string? WebhookUrl, long Version, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt) : IVersioned;

/// <param name="Success">Whether it worked.</param>
/// <param name="Message">What came out, for people.</param>
/// <param name="LatencyMs">How long the proving call took; null when none was made.</param>
/// <param name="Reason">null, or auth, permission, not_found, rate_limited, network, tls, timeout, provider_error, config.</param>
/// <param name="Identity">Whom the credential belongs to.</param>
internal sealed record LastTest(bool Success, string Message, double? LatencyMs, string? Reason, string? Identity);

/// <summary>Shows rows to the caller: placeholders for secrets, and of inherited integrations no more than that they serve.</summary>
internal sealed class IntegrationView(Caller caller, IntegrationSecrets secrets)
{
    public IntegrationAnswer Of(IntegrationRow row, IntegrationSchema? schema)
    {
        var own = caller.Sees(row.ScopePath);
        var takesWebhooks = schema?.Capabilities.Contains("webhook_in") ?? false;
        return new IntegrationAnswer(
            row.Id, row.ScopeId, row.Name, row.IntegrationType, row.PlatformName, row.IntegrationCategory, row.Enabled, row.Status, row.HealthStatus,
            row.Priority, row.SecretSource, own ? Shown(row, schema) : new Dictionary<string, JsonElement>(), row.MissingFields, row.LastTestedAt,
            own ? row.LastTest?.Deserialize<LastTest>(StoredJson.Options) : null,
            own && takesWebhooks && caller.Role >= Role.Manager ? WebhookToken.Path(row.WebhookToken) : null,
            row.Version, row.CreatedAt, row.UpdatedAt);
    }

    /// <summary>In the schema's order, placeholders where secrets are set.</summary>
    private Dictionary<string, JsonElement> Shown(IntegrationRow row, IntegrationSchema? schema)
    {
        var placeholder = JsonSerializer.SerializeToElement(row.UsesEnvironment ? Configuration.FromEnvironment : Configuration.Encrypted);
        var set = schema is null ? row.Secrets.Select(pair => pair.Key).ToHashSet(StringComparer.Ordinal) : secrets.Present(row, schema);
        var order = (schema?.Fields.Select(field => field.Name) ?? []).Concat(row.Configuration.Select(pair => pair.Key)).Concat(set).Distinct();
        var shown = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var field in order)
            if (set.Contains(field))
                shown[field] = placeholder;
            else if (row.Configuration[field] is { } value)
                shown[field] = JsonSerializer.SerializeToElement(value);
        return shown;
    }
}
