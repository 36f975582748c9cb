using MediatR;

namespace Hub.Sync.Contracts;

/// <summary>A real call to a third party ended. Health is folded from these and from tests. Published inside a transaction of its own.</summary>
/// <param name="IntegrationId">Whose credentials were used.</param>
/// <param name="Ok">Whether the call worked.</param>
/// <param name="Reason">null, or auth, permission, not_found, rate_limited, network, tls, timeout, provider_error, config.</param>
/// <param name="Message">What to tell a person, redacted.</param>
/// <param name="LatencyMs">How long it took.</param>
public sealed record IntegrationCalled(long IntegrationId, bool Ok, string? Reason, string? Message, double LatencyMs) : INotification;

/// <summary>Tickets of one integration changed. Published inside the transaction that changed them; never empty.</summary>
public sealed record TicketsChanged(long IntegrationId, IReadOnlyList<long> ScopePath, IReadOnlyList<TicketChange> Changes) : INotification;

/// <param name="TicketId">The hub's id.</param>
/// <param name="ExternalId">The provider's id.</param>
/// <param name="Key">The provider's key, such as ENG-12.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Summary">Its summary now.</param>
/// <param name="Status">Its status now.</param>
/// <param name="UpdatedAt">The provider's own update time.</param>
public sealed record TicketChange(long TicketId, string ExternalId, string Key, TicketChangeKind Kind, string? Summary, string? Status, DateTimeOffset UpdatedAt);

public enum TicketChangeKind
{
    Created,
    Updated,
    Deleted,
}

/// <summary>A run moved: claimed, another page stored, ended. Published inside that transaction.</summary>
public sealed record SyncRunChanged(
    Guid RunId, long IntegrationId, IReadOnlyList<long> ScopePath, string SyncType, string Status,
    long Processed, long Created, long Updated, long Unchanged, long Deleted, double? Progress, string? Error) : INotification;
