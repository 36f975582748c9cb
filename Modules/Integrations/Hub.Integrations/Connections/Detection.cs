using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Integrations.Integrations;

namespace Hub.Integrations.Connections;

/// <summary>What connecting found out about the other side, and when that no longer holds.</summary>
internal static class Detection
{
    // By type: the fields that say where to connect to, and as whom. Of other types any field may.
    private static readonly Dictionary<string, string[]> ConnectingFields = new(StringComparer.Ordinal)
    {
        ["jira"] = ["base_url", "email", "api_token", "deployment", "auth_type", "cloud_id"],
        ["github_repos"] = ["base_url", "repository", "access_token"],
    };

    /// <returns>The findings to keep after a change: all while the place and the account stay, none otherwise.</returns>
    public static JsonElement After(IntegrationRow before, IntegrationRow after, IReadOnlyCollection<string> changedSecrets) =>
        before.SecretSource == after.SecretSource && Survives(before.IntegrationType, [.. changedSecrets, .. Changed(before.Configuration, after.Configuration)])
            ? before.Detected
            : JsonElement.Parse("{}");

    /// <summary>Whether the place and the account stay when these fields change.</summary>
    public static bool Survives(string type, IReadOnlyCollection<string> changedFields) =>
        ConnectingFields.TryGetValue(type, out var fields) ? !fields.Intersect(changedFields, StringComparer.Ordinal).Any() : changedFields.Count == 0;

    private static IEnumerable<string> Changed(JsonObject before, JsonObject after) =>
        before.Concat(after).Select(pair => pair.Key).Where(field => !JsonNode.DeepEquals(before[field], after[field]));
}
