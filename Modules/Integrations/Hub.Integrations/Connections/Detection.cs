using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Integrations.Integrations;

namespace Hub.Integrations.Connections;

/// <summary>What connecting found out about the other side, and when that no longer holds.</summary>
internal static class Detection
{
    // By type: the fields that say where to connect to, and as whom.
    private static readonly Dictionary<string, string[]> ConnectingFields = new(StringComparer.Ordinal)
    {
        ["jira"] = ["base_url", "email", "api_token", "deployment", "auth_type", "cloud_id"],
        ["github_repos"] = ["base_url", "repository", "access_token"],
    };

    /// <returns>The findings to keep after a change: all while the place and the account stay, none otherwise.</returns>
    public static JsonElement After(IntegrationRow before, IntegrationRow after, IReadOnlyCollection<string> changedSecrets) =>
        before.SecretSource == after.SecretSource
        && ConnectingFields.GetValueOrDefault(before.IntegrationType, []).All(field =>
            !changedSecrets.Contains(field) && JsonNode.DeepEquals(before.Configuration[field], after.Configuration[field]))
            ? before.Detected
            : JsonElement.Parse("{}");
}
