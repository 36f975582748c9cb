using System.Text.Json.Nodes;
using Hub.Integrations.Integrations;
using Hub.Integrations.Secrets;
using Hub.Schemas.Contracts;

namespace Hub.Integrations.ScopeConfig;

/// <summary>What one place on the way from the platform down to an integration says about a type's fields.</summary>
/// <param name="ScopeId">The scope; for an integration the one it belongs to.</param>
/// <param name="Name">What people call the place.</param>
/// <param name="Owner">What its ciphertexts are bound to.</param>
/// <param name="Values">Values that are not secret, by field.</param>
/// <param name="Secrets">Ciphertexts by field.</param>
/// <param name="Locked">Fields that no place below may set.</param>
internal sealed record ConfigLevel(
    long ScopeId, string Name, string Owner, JsonObject Values, JsonObject Secrets, IReadOnlySet<string> Locked)
{
    public static string OwnerOf(long scopeId, string type) => $"scope-config:{scopeId}:{type}";

    public static ConfigLevel Empty(long scopeId, string name, string type) => new(scopeId, name, OwnerOf(scopeId, type), [], [], new HashSet<string>());

    /// <summary>An integration's own values, the last level. Secrets of the environment stand there by name only.</summary>
    public static ConfigLevel Of(IntegrationRow row, IntegrationSchema schema, IntegrationSecrets secrets)
    {
        var sealedSecrets = row.UsesEnvironment
            ? new JsonObject(secrets.Present(row, schema).Select(field => KeyValuePair.Create(field, (JsonNode?)Configuration.FromEnvironment)))
            : row.Secrets;
        return new ConfigLevel(row.ScopeId, row.Name, row.Owner, row.Configuration, sealedSecrets, new HashSet<string>());
    }

    public bool Sets(string field) => Values[field] is not null || Secrets[field] is not null;

    public override string ToString() => $"Configuration of {Name}";
}
