using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.Webhooks.Events.Counts;
using Hub.Webhooks.Inbound;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.Events;

/// <summary>How the inbox is doing, as far as the caller's scope reaches.</summary>
internal static class ShowStatus
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/status", async (IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(new Request(), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("Show how received webhooks are doing")
        .WithDescription(
            "Processing times are of the newest 10,000 events within 24 hours. Refused deliveries are those of 24 hours; who they were meant for "
            + "is only known where the address or the body named one integration, the others are shown to the platform scope. "
            + "storage counts the caller's own events; bytes and partitions are figures of the whole inbox (a partition's events are PostgreSQL's "
            + "estimate), which only the platform scope is shown, the others get null.");

    public sealed record Request : IRequest<Answer>;

    /// <param name="Totals">Events by status.</param>
    /// <param name="OldestPendingAgeSeconds">Age of the oldest event that is pending, failed or being processed; null when there is none.</param>
    /// <param name="ProcessingMs">Percentiles; null before the first attempt.</param>
    /// <param name="Rejected">Refused deliveries.</param>
    /// <param name="ByProvider">By integration type.</param>
    /// <param name="ByIntegration">By integration.</param>
    /// <param name="Storage">What the inbox holds, and for how long.</param>
    public sealed record Answer(
        Totals Totals, double? OldestPendingAgeSeconds, Percentiles? ProcessingMs, Rejected Rejected,
        IReadOnlyList<Provider> ByProvider, IReadOnlyList<Integration> ByIntegration, InboxStorage Storage);

    public sealed record Totals(long Pending, long Processing, long Processed, long Failed, long Dead, long Ignored);

    public sealed record Percentiles(double P50, double P95, double P99);

    public sealed record Rejected(long Total, IReadOnlyList<Refusal> ByReason);

    /// <param name="Provider">The integration type; <c>unknown</c> for a token that names nobody.</param>
    /// <param name="IntegrationId">Null where it could not be told.</param>
    /// <param name="Reason">not_configured, missing_signature, malformed_signature, stale, bad_signature or rate_limited.</param>
    /// <param name="Count">How many.</param>
    public sealed record Refusal(string Provider, long? IntegrationId, string Reason, long Count);

    public sealed record Provider(string IntegrationType, Totals Totals);

    public sealed record Integration(long IntegrationId, string IntegrationType, Totals Totals);

    private sealed class Handler(Db db, Caller caller, WebhookOptions options, TimeProvider time) : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            var now = time.GetUtcNow();
            var seen = new { scope = caller.ScopeId, since = now.AddHours(-24) };
            var counts = await EventCounts.Of(db, caller.ScopeId, cancellationToken);
            var percentiles = await db.First<Percentiles>(SelectPercentiles, seen, cancellationToken);
            var reasons = await db.List<Refusal>(SelectRejections, seen, cancellationToken);
            return new Answer(
                Sum(counts),
                First(counts.Where(count => count.Status is "pending" or "processing" or "failed")) is { } oldest ? (now - oldest).TotalSeconds : null,
                percentiles,
                new Rejected(reasons.Sum(reason => reason.Count), reasons),
                [.. counts.GroupBy(count => count.IntegrationType, (type, of) => new Provider(type, Sum(of)))],
                [.. counts.GroupBy(count => (count.IntegrationId, count.IntegrationType), (one, of) => new Integration(one.IntegrationId, one.IntegrationType, Sum(of)))],
                (await InboxStorage.Of(db, caller, options, cancellationToken)) with { Events = counts.Sum(count => count.Events), OldestReceivedAt = First(counts) });
        }

        private static DateTimeOffset? First(IEnumerable<EventCount> counts) => counts.Min(count => (DateTimeOffset?)count.FirstReceivedAt);

        private static Totals Sum(IEnumerable<EventCount> counts)
        {
            var by = counts.ToLookup(count => count.Status, count => count.Events);
            return new Totals(by["pending"].Sum(), by["processing"].Sum(), by["processed"].Sum(), by["failed"].Sum(), by["dead"].Sum(), by["ignored"].Sum());
        }
    }

    private const string SelectPercentiles = """
        select
            percentile_cont(0.5) within group (order by duration_ms) as p50,
            percentile_cont(0.95) within group (order by duration_ms) as p95,
            percentile_cont(0.99) within group (order by duration_ms) as p99
        from (
            select duration_ms
            from webhooks.inbox_events
            where scope_path @> array[@scope]::bigint[] and duration_ms is not null and received_at >= @since
                and day >= (@since::timestamptz at time zone 'UTC')::date
            order by seq desc
            limit 10000
        ) newest
        having count(*) > 0
        """;

    private const string SelectRejections = """
        select provider, nullif(integration_id, 0) as integration_id, reason, sum(count)::bigint as count
        from webhooks.rejections
        where scope_path @> array[@scope]::bigint[] and hour > @since
        group by provider, integration_id, reason
        order by count desc, provider, reason
        """;
}
