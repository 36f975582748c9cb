using FluentValidation;

namespace Hub.Webhooks.Events;

/// <summary>Which events. A member that is null does not restrict.</summary>
/// <param name="IntegrationId">Of this integration.</param>
/// <param name="EventType">Exactly this type, or with a sub-type after a dot: <c>pull_request</c> finds <c>pull_request.opened</c>.</param>
/// <param name="Status">In this state.</param>
/// <param name="Since">Received at or after.</param>
/// <param name="Until">Received before.</param>
internal sealed record EventFilter(
    long? IntegrationId = null, string? EventType = null, EventStatus? Status = null, DateTimeOffset? Since = null, DateTimeOffset? Until = null)
{
    /// <summary>
    /// The condition on <c>webhooks.inbox_events e</c>; @scope is the caller's, the others are named like the members. No event is in the partition of a day
    /// before its receipt.
    /// </summary>
    public const string Sql = """
        e.scope_path @> array[@scope]::bigint[]
            and (@integrationId::bigint is null or e.integration_id = @integrationId)
            and (@eventType::text is null or e.event_type = @eventType or starts_with(e.event_type, @eventType || '.'))
            and (@status::text is null or e.status = @status)
            and (@since::timestamptz is null or e.received_at >= @since)
            and e.day >= coalesce((@since::timestamptz at time zone 'UTC')::date, '-infinity')
            and (@until::timestamptz is null or e.received_at < @until)
        """;

    public bool IsEmpty => this == new EventFilter();

    public string? StatusWord => Status?.Word();

    public sealed class Rules : AbstractValidator<EventFilter>
    {
        public Rules()
        {
            RuleFor(filter => filter.EventType).MaximumLength(200);
            RuleFor(filter => filter.Until).GreaterThan(filter => filter.Since).When(filter => filter is { Since: not null, Until: not null });
        }
    }
}
