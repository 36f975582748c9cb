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

    private sealed record Measured(bool Day, double Uptime, double? P50, double? P95, double? P99);

    private sealed class Handler(Db db, Caller caller, IntegrationStore store, TimeProvider time) : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            var row = await store.Find(request.Id, caller.ScopeId, cancellationToken) ?? throw NotFoundException.Of("integration", request.Id);
            var now = time.GetUtcNow();
            var measured = await db.List<Measured>(Measure, new { row.Id, day = now.AddDays(-1), week = now.AddDays(-7) }, cancellationToken);
            var (day, week) = (measured.FirstOrDefault(window => window.Day), measured.FirstOrDefault(window => !window.Day));
            return new Answer(
                row.Id, row.HealthStatus, row.HealthReason, row.HealthMessage, row.HealthSince, row.LastSuccessAt, row.LastTestedAt, row.LastError, null,
                new Dictionary<string, double?> { ["24h"] = Uptime(day), ["7d"] = Uptime(week) },
                new Dictionary<string, Latency?> { ["24h"] = LatencyOf(day), ["7d"] = LatencyOf(week) },
                Expiry(row.Detected), Repair.For(row.HealthReason)?.Replace("{id}", row.Id.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        }

        private static double? Uptime(Measured? window) => window is null ? null : Math.Round(window.Uptime, 3);

        private static Latency? LatencyOf(Measured? window) =>
            window is { P50: { } p50, P95: { } p95, P99: { } p99 } ? new Latency(Math.Round(p50, 1), Math.Round(p95, 1), Math.Round(p99, 1)) : null;

        private static DateTimeOffset? Expiry(JsonElement detected) =>
            detected.TryGetProperty("credential_expires_at", out var value) && value.ValueKind is JsonValueKind.String && value.TryGetDateTimeOffset(out var at) ? at : null;
    }

    private const string Measure = """
        select w.day, avg(case when o.ok then 100.0 else 0 end)::double precision as uptime,
               percentile_cont(0.5) within group (order by o.latency_ms) as p50,
               percentile_cont(0.95) within group (order by o.latency_ms) as p95,
               percentile_cont(0.99) within group (order by o.latency_ms) as p99
        from (values (true, @day::timestamptz), (false, @week::timestamptz)) as w (day, since)
        join integrations.health_observations o on o.integration_id = @id and o.at >= w.since
        group by w.day
        """;
}
