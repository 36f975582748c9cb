using System.Globalization;
using System.Text.Json;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Health;

/// <summary>How one integration is, why, since when, and what to do. What has not been measured is null.</summary>
internal static class GetHealth
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}/health", async (long id, IMediator mediator, CancellationToken ct) => TypedResults.Ok(await mediator.Send(new Request(id), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("Get the health of an integration");

    public sealed record Request(long Id) : IRequest<Answer>;

    /// <param name="IntegrationId">Which integration.</param>
    /// <param name="HealthStatus">healthy, warning, error or unknown.</param>
    /// <param name="Reason">Why it is not healthy: auth, permission, not_found, rate_limited, network, tls, timeout, provider_error or config.</param>
    /// <param name="Message">The same for people.</param>
    /// <param name="Since">Since when it has this status.</param>
    /// <param name="LastSuccessAt">The last test or call that worked.</param>
    /// <param name="LastTestedAt">The last test.</param>
    /// <param name="LastError">What the last failure said, also when it is over.</param>
    /// <param name="NextCheckAt">The next scheduled test; null while none is scheduled.</param>
    /// <param name="Uptime">Share of tests and calls that worked, in percent, by window: 24h and 7d.</param>
    /// <param name="LatencyMs">Latency of tests and calls by window: 24h and 7d.</param>
    /// <param name="CredentialExpiresAt">When the credential ends, where the provider tells.</param>
    /// <param name="Repair">What to do about it.</param>
    public sealed record Answer(
        long IntegrationId, string HealthStatus, string? Reason, string? Message, DateTimeOffset Since, DateTimeOffset? LastSuccessAt,
        DateTimeOffset? LastTestedAt, string? LastError, DateTimeOffset? NextCheckAt, IReadOnlyDictionary<string, double?> Uptime,
        IReadOnlyDictionary<string, Latency?> LatencyMs, DateTimeOffset? CredentialExpiresAt, string? Repair);

    public sealed record Latency(double P50, double P95, double P99);

    private sealed record Window(double? UptimeDay, double? UptimeWeek, double[]? LatencyDay, double[]? LatencyWeek);

    private sealed class Handler(Db db, Caller caller, IntegrationStore store, TimeProvider time) : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            var row = await store.Find(request.Id, caller.ScopeId, cancellationToken) ?? throw NotFoundException.Of("integration", request.Id);
            var now = time.GetUtcNow();
            var window = await db.One<Window>(Measure, new { row.Id, day = now.AddDays(-1), week = now.AddDays(-7) }, cancellationToken);
            return new Answer(
                row.Id, row.HealthStatus, row.HealthReason, row.HealthMessage, row.HealthSince, row.LastSuccessAt, row.LastTestedAt, row.LastError, null,
                new Dictionary<string, double?> { ["24h"] = Rounded(window.UptimeDay), ["7d"] = Rounded(window.UptimeWeek) },
                new Dictionary<string, Latency?> { ["24h"] = Of(window.LatencyDay), ["7d"] = Of(window.LatencyWeek) },
                Expiry(row.Detected), Repair.For(row.HealthReason)?.Replace("{id}", row.Id.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        }

        private static double? Rounded(double? percent) => percent is { } value ? Math.Round(value, 3) : null;

        private static Latency? Of(double[]? percentiles) =>
            percentiles is { Length: 3 } p ? new Latency(Math.Round(p[0], 1), Math.Round(p[1], 1), Math.Round(p[2], 1)) : null;

        private static DateTimeOffset? Expiry(JsonElement detected) =>
            detected.TryGetProperty("credential_expires_at", out var value) && value.ValueKind is JsonValueKind.String && value.TryGetDateTimeOffset(out var at) ? at : null;
    }

    private const string Measure = """
        select avg(case when ok then 100.0 else 0 end) filter (where at >= @day)::double precision as uptime_day,
               avg(case when ok then 100.0 else 0 end)::double precision as uptime_week,
               percentile_cont(array[0.5, 0.95, 0.99]) within group (order by latency_ms) filter (where at >= @day) as latency_day,
               percentile_cont(array[0.5, 0.95, 0.99]) within group (order by latency_ms) as latency_week
        from integrations.health_observations
        where integration_id = @id and at >= @week
        """;
}
