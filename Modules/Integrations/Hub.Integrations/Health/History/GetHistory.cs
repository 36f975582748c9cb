using Hub.Integrations.Integrations;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Health.History;

/// <summary>How an integration was over time: a point per hour (24h, 7d) or per day (30d), without gaps; a point at which nothing was called says so.</summary>
internal static class GetHistory
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}/health/history", async (long id, string? window, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(id, window ?? HealthWindow.Day), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("Get the health history of an integration")
        .WithDescription("window is 24h (default), 7d or 30d. Times are the beginnings of hours or days in UTC.");

    public sealed record Request(long Id, string Window) : IRequest<Answer>;

    /// <param name="IntegrationId">Which integration.</param>
    /// <param name="Window">As asked for.</param>
    /// <param name="Points">Oldest first; the last is not over yet.</param>
    public sealed record Answer(long IntegrationId, string Window, IReadOnlyList<Point> Points);

    /// <param name="At">When it begins.</param>
    /// <param name="Uptime">Share of tests and calls that worked, in percent; null when there was none.</param>
    /// <param name="LatencyMs">Their latency; null when nothing was timed.</param>
    /// <param name="Calls">Tests and calls.</param>
    /// <param name="Errors">Those that failed, throttled ones included.</param>
    public sealed record Point(DateTimeOffset At, double? Uptime, Latency? LatencyMs, long Calls, long Errors);

    private sealed class Handler(Db db, Caller caller, IntegrationStore store, TimeProvider time) : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            var now = time.GetUtcNow();
            var window = HealthWindow.Of(request.Window, now, HealthWindow.Day, HealthWindow.Week, HealthWindow.Month);
            if (await store.Find(request.Id, caller.ScopeId, cancellationToken) is null)
                throw NotFoundException.Of("integration", request.Id);
            var slots = await db.List<HealthSlot>(Select, new { request.Id, grain = window.Fine, window.Since }, cancellationToken);
            var known = slots.ToDictionary(slot => slot.At);
            var points = new List<Point>();
            for (var at = window.Since; at <= now; at += Grain.Length(window.Fine))
                points.Add(PointOf(at, known.GetValueOrDefault(at)));
            return new Answer(request.Id, window.Name, points);
        }

        private static Point PointOf(DateTimeOffset at, HealthSlot? slot)
        {
            var figures = slot is null ? HealthFigures.None : HealthSlot.Sum([slot]);
            return new Point(at, figures.Uptime, Latency.Of(figures.Latency), figures.Calls, figures.Failures);
        }
    }

    private const string Select = $"""
        select {HealthSlot.Columns} from integrations.health_slots
        where integration_id = @id and grain = @grain and at >= @since
        """;
}
