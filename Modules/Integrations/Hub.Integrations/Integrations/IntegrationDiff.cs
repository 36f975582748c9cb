using System.Text.Json.Nodes;
using Hub.SharedKernel.Auditing;

namespace Hub.Integrations.Integrations;

/// <summary>What an audit entry says of a change: each field by itself, secrets only as changed.</summary>
internal static class IntegrationDiff
{
    public static JsonObject Between(IntegrationRow? before, IntegrationRow? after, IEnumerable<string> changedSecrets) =>
        AuditDiff.Between(State(before), State(after)).WithSecrets(changedSecrets.Select(field => $"configuration.{field}"));

    /// <summary>Secrets that were set, replaced or removed. A ciphertext differs whenever a secret was sent, even the same one.</summary>
    public static IReadOnlyCollection<string> Secrets(IntegrationRow before, IntegrationRow after) =>
        [.. before.Secrets.Concat(after.Secrets).Select(pair => pair.Key).Distinct()
            .Where(field => !JsonNode.DeepEquals(before.Secrets[field], after.Secrets[field]))];

    public static string ActionOf(JsonObject diff, IntegrationRow after) =>
        diff.Count == 1 && diff.ContainsKey("enabled") ? after.Enabled ? "integration.enabled" : "integration.disabled" : "integration.updated";

    private static JsonObject? State(IntegrationRow? row)
    {
        if (row is null)
            return null;
        var state = new JsonObject
        {
            ["name"] = row.Name,
            ["integration_type"] = row.IntegrationType,
            ["scope_id"] = row.ScopeId,
            ["enabled"] = row.Enabled,
            ["priority"] = row.Priority,
            ["secret_source"] = row.SecretSource,
        };
        foreach (var (field, value) in row.Configuration)
            state[$"configuration.{field}"] = value?.DeepClone();
        return state;
    }
}
