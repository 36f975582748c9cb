namespace Hub.Webhooks.Sending;

/// <summary>A delivery that this process makes now.</summary>
/// <param name="Probe">The one that is tried while the breaker is open: it loses no attempt by failing.</param>
/// <param name="Tenant">Whose endpoint; 0 for the platform's.</param>
internal sealed record DeliveryClaim(
    Guid Id, long EndpointId, Guid MessageId, int Attempt, string Payload, string Url, string Secret, string? PreviousSecret, Guid LeaseToken, bool Probe,
    long Tenant)
{
    public override string ToString() => $"Claim of delivery {Id}";
}
