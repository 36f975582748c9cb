namespace Hub.Webhooks.Inbound;

/// <summary>A proven delivery on its way into the inbox.</summary>
/// <param name="Id">Its id there, should it be new.</param>
/// <param name="IntegrationId">Who proved itself.</param>
/// <param name="IntegrationType">Its type.</param>
/// <param name="ScopePath">Its scope path, root first.</param>
/// <param name="Facts">What it is about.</param>
/// <param name="Payload">The bytes as sent, deflated.</param>
/// <param name="PayloadSize">How many were sent.</param>
/// <param name="Headers">Those that may be shown, as JSON text.</param>
/// <param name="ReceivedAt">When it came.</param>
/// <param name="TraceParent">The request's trace, which its processing continues.</param>
internal sealed record Delivery(
    Guid Id, long IntegrationId, string IntegrationType, IReadOnlyList<long> ScopePath, DeliveryFacts Facts,
    byte[] Payload, int PayloadSize, string Headers, DateTimeOffset ReceivedAt, string? TraceParent)
{
    /// <summary>The day (UTC) of its receipt, by which it is stored.</summary>
    public DateOnly Day => DateOnly.FromDateTime(ReceivedAt.UtcDateTime);

    public override string ToString() => $"Delivery {Id}";
}

/// <summary>What the sender is told.</summary>
/// <param name="Id">The event's id; that of the first delivery when this one repeats it.</param>
/// <param name="Duplicate">The first one was processed already.</param>
internal sealed record Receipt(Guid Id, bool Duplicate);
