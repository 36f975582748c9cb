using MediatR;

namespace Hub.Webhooks.Contracts;

/// <summary>What webhooks were received since a time, of every integration below a scope that received some, and of all together.</summary>
/// <param name="CallerScopeId">On whose behalf; 1 sees all.</param>
/// <param name="Since">Events received from then on count.</param>
public sealed record AskWebhookFigures(long CallerScopeId, DateTimeOffset Since) : IRequest<IReadOnlyList<WebhookFigures>>;

/// <summary>Received events of one integration, or of all.</summary>
/// <param name="IntegrationId">Null for all together; that one is always there.</param>
/// <param name="Received">Events that were taken in; the following are parts of it.</param>
/// <param name="Processed">Events that had an effect.</param>
/// <param name="Ignored">Events that nobody had a use for.</param>
/// <param name="Pending">Events that are waiting, being processed, or to be tried again.</param>
/// <param name="Dead">Events that were given up.</param>
/// <param name="Bytes">Size of their bodies.</param>
/// <param name="ProcessingP50">Median processing time in milliseconds; null before the first attempt.</param>
/// <param name="ProcessingP95">The same, 95th percentile.</param>
/// <param name="ProcessingP99">The same, 99th percentile.</param>
public sealed record WebhookFigures(
    long? IntegrationId, long Received, long Processed, long Ignored, long Pending, long Dead, long Bytes,
    double? ProcessingP50, double? ProcessingP95, double? ProcessingP99);
