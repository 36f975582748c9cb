using MediatR;

namespace Hub.Sync.Contracts;

/// <summary>
/// An integration's own webhook at its provider was registered, repaired or removed, has a problem or has it no longer, or deliveries that had not arrived were
/// fetched. Published inside the transaction that notes it.
/// </summary>
/// <param name="IntegrationId">Whose webhook.</param>
/// <param name="IntegrationType">Its type.</param>
/// <param name="ScopePath">Where it belongs, root first.</param>
/// <param name="StateBefore">pending, unmanaged, ok, repaired or problem.</param>
/// <param name="State">The same, now.</param>
/// <param name="Problem">What is wrong and the way out, for people.</param>
/// <param name="Repair">What was done, for people; null for nothing.</param>
/// <param name="Recovery">What became of deliveries that had not arrived; null without any.</param>
public sealed record WebhookRegistrationChanged(
    long IntegrationId, string IntegrationType, IReadOnlyList<long> ScopePath, string StateBefore, string State, string? Problem, string? Repair,
    WebhookRecovery? Recovery) : INotification;

/// <param name="Lacking">Deliveries that had not arrived.</param>
/// <param name="Recovered">Those that were fetched and are processed now.</param>
/// <param name="Lost">Those that the provider does not have any more.</param>
public sealed record WebhookRecovery(int Lacking, int Recovered, int Lost);

/// <summary>What is wrong with an integration's own webhook, as far as the caller's scope sees it; null for nothing.</summary>
public sealed record AskWebhookProblem(long IntegrationId, long CallerScopeId) : IRequest<string?>;
