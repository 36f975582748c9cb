using System.Text.Json;
using Hub.Integrations.Calls;
using Hub.Integrations.ConnectionTests.Github;
using Hub.Integrations.ConnectionTests.Jira;
using Hub.Integrations.Integrations;

namespace Hub.Integrations.Connections;

/// <summary>The headers that authenticate a call. Three types know better than a document what worked; all others ask theirs.</summary>
internal sealed class ConnectionHeaders(Authenticators authenticators)
{
    /// <exception cref="CallFailed">A token is needed and not given.</exception>
    public async Task<IReadOnlyDictionary<string, string>> Of(EffectiveConfiguration subject, JsonElement detected, CancellationToken ct) => subject.Type switch
    {
        "jira" when subject.Secret("api_token") is { } token => JiraAuth.Headers(JiraAuth.Chosen(subject.Settings, detected), subject.Settings.Text("email"), token),
        "github_repos" when subject.Secret("access_token") is { } token => GithubHeaders.With(token),
        "webhook" => WebhookHeaders.Of(subject.Settings, subject.Secret),
        _ => await authenticators.Headers(subject, ct),
    };
}
