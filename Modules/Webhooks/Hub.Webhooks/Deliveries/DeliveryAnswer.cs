namespace Hub.Webhooks.Deliveries;

/// <summary>A message on its way to one endpoint, as clients see it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="EndpointId">Where it goes.</param>
/// <param name="MessageId">What goes; receivers see it as <c>webhook-id</c> with <c>msg_</c> before it, the same at every attempt.</param>
/// <param name="EventType">Such as <c>ticket.updated</c>.</param>
/// <param name="Status">pending, delivering, delivered or failed.</param>
/// <param name="Attempts">How often it was sent, as far as it counts.</param>
/// <param name="NextAttemptAt">When it is sent next; null when it is over.</param>
/// <param name="StatusCode">What was answered last.</param>
/// <param name="LatencyMs">How long that took.</param>
/// <param name="LastError">Why it was not accepted.</param>
/// <param name="CreatedAt">When it happened.</param>
/// <param name="CompletedAt">When it was accepted or given up.</param>
internal sealed record DeliveryAnswer(
    Guid Id, long EndpointId, Guid MessageId, string EventType, string Status, int Attempts, DateTimeOffset? NextAttemptAt, int? StatusCode,
    double? LatencyMs, string? LastError, DateTimeOffset CreatedAt, DateTimeOffset? CompletedAt)
{
    /// <summary>Of <c>webhooks.deliveries d</c>.</summary>
    public const string Columns = """
        d.id, d.endpoint_id, d.message_id, d.event_type, d.status, d.attempt as attempts, case when d.status = 'pending' then d.next_attempt_at end as next_attempt_at,
        d.status_code, d.latency_ms, d.last_error, d.created_at, d.completed_at
        """;
}
