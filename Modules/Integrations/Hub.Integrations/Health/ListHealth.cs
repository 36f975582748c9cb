using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Problems;
using Hub.Sync.Contracts;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Health;

/// <summary>
/// The health of all enabled integrations that the caller sees, the worst first; as good overall as the worst of them, and a warning at least while data is
/// older than it may be.
/// </summary>
internal static class ListHealth
{
    private const int DefaultLimit = 200;
    private const int MaxLimit = 1000;

    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/health", async (int? limit, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(
                limit is null or (>= 1 and <= MaxLimit) ? limit ?? DefaultLimit : throw new InvalidException("limit", $"must be between 1 and {MaxLimit}")), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("Get the health of all integrations");

    public sealed record Request(int Limit) : IRequest<Answer>;

    /// <param name="Overall">error, warning, unknown or healthy: the worst there is; unknown without integrations.</param>
    /// <param name="Counts">Enabled integrations by health.</param>
    /// <param name="Items">The worst first, at most as many as asked for.</param>
    /// <param name="Freshness">Streams whose data has an alarm; <c>GET /freshness?alarm=true</c> lists them.</param>
    public sealed record Answer(string Overall, Counts Counts, IReadOnlyList<Item> Items, FreshnessAlarmCounts Freshness);

    public sealed record Counts(long Healthy, long Warning, long Error, long Unknown);

    public sealed record Item(
        long IntegrationId, string Name, string IntegrationType, long ScopeId, string Status, string HealthStatus, string? Reason, string? Message,
        DateTimeOffset Since, DateTimeOffset? LastSuccessAt, DateTimeOffset? LastTestedAt);

    private sealed class Handler(Db db, Caller caller, IMediator mediator) : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            var counts = await db.One<Counts>(Count, new { caller = caller.ScopeId }, cancellationToken);
            var items = await db.List<Item>(Select, new { caller = caller.ScopeId, request.Limit }, cancellationToken);
            var freshness = await mediator.Send(new CountFreshnessAlarms(caller.ScopeId), cancellationToken);
            return new Answer(Worst(counts, freshness.Stale + freshness.EmptySuccess), counts, items, freshness);
        }

        private static string Worst(Counts counts, long alarms) => counts switch
        {
            { Error: > 0 } => HealthStatus.Error,
            { Warning: > 0 } => HealthStatus.Warning,
            _ when alarms > 0 => HealthStatus.Warning,
            { Unknown: > 0 } => HealthStatus.Unknown,
            { Healthy: > 0 } => HealthStatus.Healthy,
            _ => HealthStatus.Unknown,
        };
    }

    internal const string Count = """
        select count(*) filter (where health_status = 'healthy') as healthy, count(*) filter (where health_status = 'warning') as warning,
               count(*) filter (where health_status = 'error') as error, count(*) filter (where health_status = 'unknown') as unknown
        from integrations.integrations
        where scope_path @> array[@caller]::bigint[] and enabled
        """;

    internal const string Select = """
        select id as integration_id, name, integration_type, scope_id, status, health_status, health_reason as reason, health_message as message,
               health_since as since, last_success_at, last_tested_at
        from integrations.integrations
        where scope_path @> array[@caller]::bigint[] and enabled
        order by array_position(array['error', 'warning', 'unknown', 'healthy'], health_status), health_since desc, id
        limit @limit
        """;
}
