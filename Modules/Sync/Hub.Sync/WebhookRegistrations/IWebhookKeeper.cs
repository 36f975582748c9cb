using Hub.Integrations.Contracts;
using Hub.Sync.Providers;

namespace Hub.Sync.WebhookRegistrations;

/// <summary>Makes the webhook at a provider what the hub wants, whatever was done to it there, and says what it did.</summary>
internal interface IWebhookKeeper
{
    string IntegrationType { get; }

    /// <summary>After it the webhook is as wanted. What was done until then is in the findings also when it throws.</summary>
    /// <exception cref="ProviderFailure">It is not, and why.</exception>
    Task Keep(RegistrationWork work, CancellationToken ct);

    /// <summary>After it the webhook that the hub registered is gone.</summary>
    /// <exception cref="ProviderFailure">It may still be there.</exception>
    Task Remove(RegistrationWork work, CancellationToken ct);
}

/// <summary>One look at one registration.</summary>
/// <param name="Known">What was known before.</param>
/// <param name="Connection">How the provider is called.</param>
/// <param name="Url">Where deliveries shall go.</param>
/// <param name="Secret">What shall sign them.</param>
/// <param name="SecretFingerprint">Tells that secret from the one before.</param>
/// <param name="Found">What is found and done, filled in as it happens.</param>
internal sealed record RegistrationWork(
    WebhookRegistration Known, Connection Connection, string Url, string Secret, string SecretFingerprint, Findings Found)
{
    /// <summary>The secret may be another one than the webhook has.</summary>
    public bool SecretChanged => Known.SecretFingerprint != SecretFingerprint;

    public override string ToString() => $"RegistrationWork of integration {Known.IntegrationId}";
}
