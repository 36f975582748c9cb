using System.Text.Json;
using MediatR;

namespace Hub.Integrations.Contracts;

/// <summary>
/// An integration ready to be called: its settings without secrets, the headers that authenticate a request, and the secret values, only for
/// redacting error texts. Never logged, stored or shown.
/// </summary>
/// <param name="Integration">Which integration.</param>
/// <param name="Settings">Effective non-secret configuration by field name, defaults filled in.</param>
/// <param name="Headers">Headers to send with every request, such as Authorization.</param>
/// <param name="Secrets">Values to redact.</param>
/// <param name="Detected">
/// What the last successful test found out; an empty object before it, and again after the place or the account changed. Jira: <c>deployment</c> (cloud,
/// data_center), <c>api_base</c> (what <c>/rest/api/</c> hangs under, the gateway for tokens with scopes), <c>api_version</c> (3 or 2, a number), <c>auth</c>
/// (basic, bearer), <c>account_id</c>, <c>display_name</c>, <c>time_zone</c>. GitHub: <c>api_base</c>, <c>login</c>, <c>repository_id</c>, <c>full_name</c>,
/// <c>default_branch</c>, <c>credential_expires_at</c>. All others: <c>credential_expires_at</c> where the provider tells.
/// </param>
/// <param name="Problem">Why it cannot be called now, for people; then there are no headers. Null when it can be.</param>
/// <param name="Reason">The same for the health: <c>config</c>, or what happened when a token was asked for (<c>auth</c>, <c>network</c>, <c>timeout</c>...).</param>
/// <param name="Credential">
/// Names provider and credential without telling it, the same for every integration that uses it: what the provider allows is counted by it. Empty when it
/// cannot be called.
/// </param>
public sealed record Connection(
    IntegrationInfo Integration, IReadOnlyDictionary<string, JsonElement> Settings, IReadOnlyDictionary<string, string> Headers,
    IReadOnlyList<string> Secrets, JsonElement Detected, string? Problem = null, string? Reason = null, string Credential = "")
{
    public override string ToString() => $"Connection of integration {Integration.Id}";
}

/// <summary>
/// The connection of an integration, whatever its state; null when it is not there. For workers: not filtered by a caller. For types whose credential
/// must first be exchanged for a token this may call the provider: ask outside of transactions. (<c>jira</c>, <c>github_repos</c> and <c>webhook</c> call nobody.)
/// Requests that are signed one by one (AWS) or authenticated in their address get no header from it.
/// </summary>
public sealed record AskConnection(long IntegrationId) : IRequest<Connection?>;

/// <summary>
/// Who a delivery claims to come from: by the token in its URL, by a project's integration, or every integration of a type; or the one that it was fetched for.
/// </summary>
/// <param name="Token">The URL's token.</param>
/// <param name="Type">The integration type, such as <c>jira</c>.</param>
/// <param name="ScopeId">The project.</param>
/// <param name="IntegrationId">The integration itself.</param>
public sealed record AskWebhookSources(string? Token = null, string? Type = null, long? ScopeId = null, long? IntegrationId = null) : IRequest<IReadOnlyList<WebhookSource>>
{
    public override string ToString() => $"AskWebhookSources of {Type ?? "a token"}";
}

/// <summary>An integration as a sender of webhooks.</summary>
/// <param name="Integration">Which integration.</param>
/// <param name="Settings">Effective non-secret configuration by field name.</param>
/// <param name="Secrets">Secret values by field name, decrypted; a field is absent when it is not set or cannot be decrypted.</param>
/// <param name="FormerSecrets">What they replaced and what still proves deliveries for now, by field name; null for none.</param>
public sealed record WebhookSource(
    IntegrationInfo Integration, IReadOnlyDictionary<string, JsonElement> Settings, IReadOnlyDictionary<string, string> Secrets,
    IReadOnlyDictionary<string, string>? FormerSecrets = null)
{
    public override string ToString() => $"WebhookSource of integration {Integration.Id}";
}

/// <summary>
/// Stores a secret that a provider sent before its first delivery, encrypted, if the field is not set, here or by a scope above: of several at once one is
/// taken. False when it was not.
/// </summary>
/// <param name="IntegrationId">Whose secret.</param>
/// <param name="Field">The type's secret field.</param>
/// <param name="Secret">Never logged or answered.</param>
public sealed record TakeHandshakeSecret(long IntegrationId, string Field, string Secret) : IRequest<bool>
{
    public override string ToString() => $"TakeHandshakeSecret of integration {IntegrationId}";
}
