using Hub.Integrations.Health.History;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Paging;
using Hub.Sync.Contracts;
using Hub.Webhooks.Contracts;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Integrations.Metrics;

/// <summary>
/// How the caller's integrations did in a window, each and all together. The number of statements does not depend on the number of integrations; the other
/// modules are asked once.
/// </summary>
internal static class GetMetrics
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/metrics", async (string? window, int? limit, string? cursor, IMediator mediator, CancellationToken ct) =>
        {
            var name = window ?? HealthWindow.Day;
            return TypedResults.Ok(await mediator.Send(new Request(name, PageRequest.Read(limit, cursor, name)), ct));
        })
        .RequireRole(Role.Viewer)
        .WithSummary("Get the figures of all integrations")
        .WithDescription("window is 1h, 24h (default), 7d or 30d. total is of all integrations that you see, whatever the page.");

    public sealed record Request(string Window, PageRequest Page) : IRequest<Answer>;

    /// <param name="Window">As asked for.</param>
    /// <param name="Since">When it begins: with the slot of five minutes, an hour or a day that its first moment lies in.</param>
    /// <param name="Total">Of all integrations together.</param>
    /// <param name="Items">By integration, by id.</param>
    /// <param name="NextCursor">For the next page; null on the last.</param>
    public sealed record Answer(string Window, DateTimeOffset Since, MetricsFigures Total, IReadOnlyList<Item> Items, string? NextCursor);

    public sealed record Item(
        long IntegrationId, string Name, string IntegrationType, long ScopeId, bool Enabled, string Status, string HealthStatus, MetricsFigures Metrics);

    private sealed record Shown(long Id, string Name, string IntegrationType, long ScopeId, bool Enabled, string Status, string HealthStatus);

    private sealed class Handler(Db db, Caller caller, HealthSums sums, IMediator mediator, TimeProvider time) : IRequestHandler<Request, Answer>
    {
        public async Task<Answer> Handle(Request request, CancellationToken cancellationToken)
        {
            var now = time.GetUtcNow();
            var window = HealthWindow.Of(request.Window, now, HealthWindow.Hour, HealthWindow.Day, HealthWindow.Week, HealthWindow.Month);
            var shown = request.Page.Page(
                await db.List<Shown>(
                    Select, new { caller = caller.ScopeId, afterId = request.Page.AfterId ?? 0, fetch = request.Page.Fetch }, cancellationToken),
                integration => integration.Id);
            var calls = await sums.Of([.. shown.Items.Select(integration => integration.Id)], window, cancellationToken);
            var all = await sums.OfAllBelow(caller.ScopeId, window, cancellationToken);
            var syncs = await mediator.Send(new AskSyncFigures(caller.ScopeId, window.Since), cancellationToken);
            var webhooks = await mediator.Send(new AskWebhookFigures(caller.ScopeId, window.Since), cancellationToken);
            var (syncOf, webhooksOf) = (syncs.ToDictionary(one => one.IntegrationId ?? 0), webhooks.ToDictionary(one => one.IntegrationId ?? 0));
            return new Answer(
                window.Name, window.Since, MetricsFigures.Of(all, syncOf.GetValueOrDefault(0), webhooksOf.GetValueOrDefault(0), now),
                [.. shown.Items.Select(one => new Item(
                    one.Id, one.Name, one.IntegrationType, one.ScopeId, one.Enabled, one.Status, one.HealthStatus,
                    MetricsFigures.Of(
                        calls.GetValueOrDefault(one.Id, HealthFigures.None), syncOf.GetValueOrDefault(one.Id), webhooksOf.GetValueOrDefault(one.Id), now)))],
                shown.NextCursor);
        }
    }

    private const string Select = """
        select id, name, integration_type, scope_id, enabled, status, health_status
        from integrations.integrations
        where scope_path @> array[@caller]::bigint[] and id > @afterId
        order by id
        limit @fetch
        """;
}
