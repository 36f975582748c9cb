using System.Text.Json;
using Hub.Integrations.ConnectionTests;
using Hub.Integrations.ConnectionTests.Github;
using Hub.Integrations.ConnectionTests.Jira;
using Hub.Integrations.Secrets;
using Hub.Integrations.Integrations;

namespace Hub.Integrations.Connections;

/// <summary>The headers that authenticate a call, by type.</summary>
internal static class ConnectionHeaders
{
    public static IReadOnlyDictionary<string, string> Of(string type, IReadOnlyDictionary<string, JsonElement> settings, OpenedSecrets secrets, JsonElement detected) => type switch
    {
        "jira" when secrets.Of("api_token") is { } token => JiraAuth.Headers(JiraAuth.Chosen(settings, detected), settings.Text("email"), token),
        "github_repos" when secrets.Of("access_token") is { } token => GithubHeaders.With(token),
        "webhook" => WebhookHeaders.Of(settings, secrets.Of),
        _ => new Dictionary<string, string>(),
    };
}
