using System.Text.Json.Serialization;

namespace Hub.Webhooks.Events;

/// <summary>A received event as lists show it, without its payload.</summary>
internal record EventAnswer
{
    /// <summary>The order in which the inbox took them.</summary>
    [JsonIgnore]
    public long Seq { get; init; }

    public required Guid Id { get; init; }
    public required long IntegrationId { get; init; }
    public required string IntegrationType { get; init; }

    /// <summary>The provider's own name, such as <c>jira:issue_updated</c>; <c>unknown</c> where it gives none.</summary>
    public required string EventType { get; init; }

    /// <summary>The provider's id of the delivery, or <c>sha256:</c> and a hash of the body.</summary>
    public required string DeliveryId { get; init; }

    /// <summary>Events of one integration and entity are processed in the order they came; null where order does not matter.</summary>
    public string? EntityKey { get; init; }

    /// <summary>pending, processing, processed, failed, dead or ignored.</summary>
    public required string Status { get; init; }

    /// <summary>Attempts since it came or was replayed.</summary>
    public required int Attempt { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Only while pending or failed.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }
    public DateTimeOffset? ProcessedAt { get; init; }

    /// <summary>Of the last attempt, in milliseconds.</summary>
    public double? DurationMs { get; init; }
    public string? LastError { get; init; }

    /// <summary>What came of it, in words.</summary>
    public required IReadOnlyList<string> Effects { get; init; }

    /// <summary>Bytes as sent.</summary>
    public required int PayloadSize { get; init; }

    public const string Columns = """
        e.seq, e.id, e.integration_id, e.integration_type, e.event_type, e.delivery_id, e.entity_key, e.status, e.attempt, e.received_at,
        case when e.status in ('pending', 'failed') then e.next_attempt_at end as next_attempt_at, e.processed_at, e.duration_ms, e.last_error,
        e.effects, e.payload_size
        """;
}
