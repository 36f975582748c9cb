using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
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
            + "is only known where the address or the body named one integration, the others are shown to the platform scope.");

    public sealed record Request : IRequest<Answer>;

    /// <param name="Totals">Events by status.</param>
    /// <param name="OldestPendingAgeSeconds">Age of the oldest event that is pending, failed or being processed; null when there is none.</param>
    /// <param name="ProcessingMs">Percentiles; null before the first attempt.</param>
    /// <param name="Rejected">Refused deliveries.</param>
    /// <param name="ByProvider">By integration type.</param>
    /// <param name="ByIntegration">By integration.</param>
    public sealed record Answer(
        Totals Totals, double? OldestPendingAgeSeconds, Percentiles? ProcessingMs, Rejected Rejected,
        IReadOnlyList<Provider> ByProvider, IReadOnlyList<Integration> ByIntegration);

    public sealed record Totals(long Pending, long Processing, long Processed, long Failed, long Dead, long Ignored);

    public sealed record Percentiles(double P50, double P95, double P99);

    public sealed record Rejected(long Total, IReadOnlyList<Refusal> ByReason);

    /// <param name="Provider">The integration type; <c>unknown</c> for a token that names nobody.</param>
    /// <param name="IntegrationId">Null where it could not be told.</param>
    /// <param name="Reason">not_configured, missing_signature, malformed_signature, stale or bad_signature.</param>
    /// <param name="Count">How many.</param>
    public sealed record Refusal(string Provider, long? IntegrationId, string Reason, long Count);

    public sealed record Provider(string IntegrationType, Totals Totals);

    public sealed record Integration(long IntegrationId, string IntegrationType, Totals Totals);

    private sealed record Group(
        long IntegrationId, string IntegrationType, long Pending, long Processing, long Processed, long Failed, long Dead, long Ignored, DateTimeOffset? Oldest)
    {
        public Totals Totals => new(Pending, Processing, Processed, Failed, Dead, Ignored);
    }

    private sealed class Handler(Db db, Caller caller, TimeProvider time) : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            var now = time.GetUtcNow();
            var seen = new { scope = caller.ScopeId, since = now.AddHours(-24) };
            var groups = await db.List<Group>(SelectGroups, seen, cancellationToken);
            var percentiles = await db.First<Percentiles>(SelectPercentiles, seen, cancellationToken);
            var reasons = await db.List<Refusal>(SelectRejections, seen, cancellationToken);
            return new Answer(
                Sum(groups),
                groups.Min(group => group.Oldest) is { } oldest ? (now - oldest).TotalSeconds : null,
                percentiles,
                new Rejected(reasons.Sum(reason => reason.Count), reasons),
                [.. groups.GroupBy(group => group.IntegrationType, (type, of) => new Provider(type, Sum(of)))],
                [.. groups.Select(group => new Integration(group.IntegrationId, group.IntegrationType, group.Totals))]);
        }

        private static Totals Sum(IEnumerable<Group> groups) => groups.Aggregate(new Totals(0, 0, 0, 0, 0, 0), (sum, group) => new Totals(
            sum.Pending + group.Pending, sum.Processing + group.Processing, sum.Processed + group.Processed,
            sum.Failed + group.Failed, sum.Dead + group.Dead, sum.Ignored + group.Ignored));
    }

    private const string SelectGroups = """
        select integration_id, integration_type,
            count(*) filter (where status = 'pending') as pending, count(*) filter (where status = 'processing') as processing,
            count(*) filter (where status = 'processed') as processed, count(*) filter (where status = 'failed') as failed,
            count(*) filter (where status = 'dead') as dead, count(*) filter (where status = 'ignored') as ignored,
            min(received_at) filter (where status in ('pending', 'processing', 'failed')) as oldest
        from webhooks.inbox_events
        where scope_path @> array[@scope]::bigint[]
        group by integration_id, integration_type
        order by integration_type, integration_id
        """;

    private const string SelectPercentiles = """
        select
            percentile_cont(0.5) within group (order by duration_ms) as p50,
            percentile_cont(0.95) within group (order by duration_ms) as p95,
            percentile_cont(0.99) within group (order by duration_ms) as p99
        from (
            select duration_ms
            from webhooks.inbox_events
            where scope_path @> array[@scope]::bigint[] and duration_ms is not null and received_at >= @since
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
