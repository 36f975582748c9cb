using MediatR;

namespace Hub.Integrations.Contracts;

/// <summary>Where a provider shall deliver an integration's webhooks to; null when the integration is not there. For workers: not filtered by a caller.</summary>
public sealed record AskWebhookTarget(long IntegrationId) : IRequest<WebhookTarget?>;

/// <param name="Wanted">The hub keeps the registration at the provider; false when that is switched off.</param>
/// <param name="Url">The address to deliver to. It holds the integration's token: never logged, stored or shown.</param>
/// <param name="Secret">What deliveries are signed with. Never logged, stored or shown.</param>
/// <param name="SecretFingerprint">Tells secrets apart without telling them.</param>
/// <param name="Problem">Why there is no address or no secret, for people; null when both are there.</param>
public sealed record WebhookTarget(bool Wanted, string? Url, string? Secret, string? SecretFingerprint, string? Problem)
{
    public override string ToString() => nameof(WebhookTarget);
}
