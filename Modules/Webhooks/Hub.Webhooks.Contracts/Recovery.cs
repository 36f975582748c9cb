using MediatR;

namespace Hub.Webhooks.Contracts;

/// <summary>Which of a provider's deliveries never came into the inbox. For workers: not filtered by a caller.</summary>
/// <param name="IntegrationId">Whose deliveries.</param>
/// <param name="DeliveryIds">The provider's own ids.</param>
public sealed record AskMissingDeliveries(long IntegrationId, IReadOnlyList<string> DeliveryIds) : IRequest<IReadOnlyList<string>>;

/// <summary>
/// Deliveries that had not arrived were fetched from the provider with the integration's own credential, which is what proves them. Published inside a
/// transaction; each that is stored by then is named in <see cref="Stored"/>, and one that has arrived meanwhile is not stored again.
/// </summary>
/// <param name="IntegrationId">Whose deliveries.</param>
/// <param name="Deliveries">In the order in which they were sent.</param>
public sealed record DeliveriesRecovered(long IntegrationId, IReadOnlyList<RecoveredDelivery> Deliveries) : INotification
{
    /// <summary>The provider's ids of those that were new.</summary>
    public IList<string> Stored { get; } = [];

    public override string ToString() => $"DeliveriesRecovered of integration {IntegrationId}";
}

/// <param name="Headers">As they were sent, by name.</param>
/// <param name="Payload">The body as JSON, not byte for byte as it was sent: its signature cannot be checked again.</param>
public sealed record RecoveredDelivery(IReadOnlyDictionary<string, string> Headers, byte[] Payload)
{
    public override string ToString() => nameof(RecoveredDelivery);
}
