using System.Globalization;
using Hub.Integrations.ConnectionTests;
using Hub.Integrations.Health.Checks;
using Hub.Integrations.Health.History;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using Hub.Sync.Contracts;
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
    /// <param name="NextCheckAt">The next scheduled test; null while none is due, and for types that have no test.</param>
    /// <param name="Uptime">Share of tests and calls that found the provider working, in percent, by window: 24h and 7d.</param>
    /// <param name="LatencyMs">Latency of tests and calls by window: 24h and 7d; accurate to a quarter.</param>
    /// <param name="CredentialExpiresAt">When the credential ends: the earliest date that is known.</param>
    /// <param name="CredentialExpirySource">
    /// How that is known: provider (it told in a test), token (the <c>exp</c> of a JWT), certificate (its <c>notAfter</c>) or entered (by a person).
    /// </param>
    /// <param name="Breaker">Whether new work is kept away from it.</param>
    /// <param name="Repair">What to do about it.</param>
    /// <param name="WebhookProblem">What is wrong with the webhook that the hub keeps at the provider, and the way out; says nothing about the credential.</param>
    /// <param name="Freshness">Streams whose data is older than it may be, or whose runs succeed and read nothing; says nothing about the credential.</param>
    public sealed record Answer(
        long IntegrationId, string HealthStatus, string? Reason, string? Message, DateTimeOffset Since, DateTimeOffset? LastSuccessAt,
        DateTimeOffset? LastTestedAt, string? LastError, DateTimeOffset? NextCheckAt, IReadOnlyDictionary<string, double?> Uptime,
        IReadOnlyDictionary<string, Latency?> LatencyMs, DateTimeOffset? CredentialExpiresAt, string? CredentialExpirySource,
        BreakerAnswer Breaker, string? Repair, string? WebhookProblem, IReadOnlyList<FreshnessAlarm> Freshness);

    /// <param name="State">closed; open (kept away until the cool-down is over); half_open (the next test or call decides).</param>
    /// <param name="Failures">Failures in a row.</param>
    /// <param name="OpenUntil">When the cool-down ends.</param>
    public sealed record BreakerAnswer(string State, int Failures, DateTimeOffset? OpenUntil);

    private sealed class Handler(
        Db db, Caller caller, IntegrationStore store, HealthStore health, IntegrationTypes types, ConnectionTester tester, IMediator mediator, TimeProvider time)
        : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            var row = await store.Find(request.Id, caller.ScopeId, cancellationToken) ?? throw NotFoundException.Of("integration", request.Id);
            var known = await health.Read(row.Id, cancellationToken) ?? throw NotFoundException.Of("integration", request.Id);
            var now = time.GetUtcNow();
            var (day, week) = (HealthWindow.Of(HealthWindow.Day, now), HealthWindow.Of(HealthWindow.Week, now));
            var slots = await db.List<HealthSlot>(Measure, new { row.Id, week.Since }, cancellationToken);
            var (ofDay, ofWeek) = (HealthSlot.Sum(slots.Where(slot => slot.At >= day.Since)), HealthSlot.Sum(slots));
            var tested = await types.Known(row, cancellationToken) is { } schema && tester.CanTest(schema);
            return new Answer(
                row.Id, row.HealthStatus, row.HealthReason, row.HealthMessage, row.HealthSince, row.LastSuccessAt, row.LastTestedAt, row.LastError,
                tested ? known.NextCheckAt : null,
                new Dictionary<string, double?> { ["24h"] = ofDay.Uptime, ["7d"] = ofWeek.Uptime },
                new Dictionary<string, Latency?> { ["24h"] = Latency.Of(ofDay.Latency), ["7d"] = Latency.Of(ofWeek.Latency) },
                known.Expiry?.At, known.Expiry?.Source, BreakerOf(known, now),
                Repair.For(row.HealthReason, row.HealthMessage)?.Replace("{id}", row.Id.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal),
                await mediator.Send(new AskWebhookProblem(row.Id, caller.ScopeId), cancellationToken),
                await mediator.Send(new AskFreshnessAlarms(row.Id, caller.ScopeId), cancellationToken));
        }

        private static BreakerAnswer BreakerOf(KnownHealth known, DateTimeOffset now) => known.Breaker.PhaseAt(now) switch
        {
            BreakerPhase.Open => new BreakerAnswer("open", known.ConsecutiveFailures, known.OpenUntil),
            BreakerPhase.HalfOpen => new BreakerAnswer("half_open", known.ConsecutiveFailures, null),
            _ when HealthFold.BreakerOpen(known.ConsecutiveFailures) => new BreakerAnswer("half_open", known.ConsecutiveFailures, null),
            _ => new BreakerAnswer("closed", known.ConsecutiveFailures, null),
        };
    }

    private const string Measure = $"""
        select {HealthSlot.Columns} from integrations.health_slots
        where integration_id = @id and grain = 'hour' and at >= @since
        """;
}
