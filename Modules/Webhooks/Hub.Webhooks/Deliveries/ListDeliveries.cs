using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Paging;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.Deliveries;

/// <summary>Deliveries to endpoints at and below the caller's scope, newest first.</summary>
internal static class ListDeliveries
{
    private static readonly string[] Statuses = ["pending", "delivering", "delivered", "failed"];

    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/deliveries", async (
            [FromQuery(Name = "endpoint_id")] long? endpointId, string? status, [FromQuery(Name = "event_type")] string? type, DateTimeOffset? since,
            int? limit, string? cursor, IMediator mediator, CancellationToken ct) =>
        {
            if (status is not null && !Statuses.Contains(status))
                throw new InvalidException("status", $"must be one of {string.Join(", ", Statuses)}");
            return TypedResults.Ok(await mediator.Send(new Request(endpointId, status, type, since, PageRequest.Read(limit, cursor, endpointId, status, type, since)), ct));
        })
        .RequireRole(Role.Viewer)
        .WithSummary("List deliveries");

    public sealed record Request(long? EndpointId, string? Status, string? EventType, DateTimeOffset? Since, PageRequest Page) : IRequest<Page<DeliveryAnswer>>;

    private sealed record Row(
        long Seq, Guid Id, long EndpointId, Guid MessageId, string EventType, string Status, int Attempts, DateTimeOffset? NextAttemptAt, int? StatusCode,
        double? LatencyMs, string? LastError, DateTimeOffset CreatedAt, DateTimeOffset? CompletedAt)
    {
        public DeliveryAnswer Shown => new(Id, EndpointId, MessageId, EventType, Status, Attempts, NextAttemptAt, StatusCode, LatencyMs, LastError, CreatedAt, CompletedAt);
    }

    private sealed class Handler(Db db, Caller caller) : IRequestHandler<Request, Page<DeliveryAnswer>>
    {
        public async Task<Page<DeliveryAnswer>> Handle(Request request, CancellationToken cancellationToken)
        {
            var rows = await db.List<Row>(caller.IsPlatform ? SelectAll : SelectBelow, new
            {
                caller = caller.ScopeId,
                request.EndpointId,
                request.Status,
                request.EventType,
                request.Since,
                before = request.Page.AfterId,
                fetch = request.Page.Fetch,
            }, cancellationToken);
            var page = request.Page.Page(rows, row => row.Seq);
            return new Page<DeliveryAnswer>([.. page.Items.Select(row => row.Shown)], page.NextCursor);
        }
    }

    private const string Filter = """
        (@status::text is null or d.status = @status) and (@eventType::text is null or d.event_type = @eventType)
            and (@since::timestamptz is null or d.created_at >= @since) and (@before::bigint is null or d.seq < @before)
        """;

    private const string SelectAll = $"""
        select d.seq, {DeliveryAnswer.Columns}
        from webhooks.deliveries d join webhooks.endpoints p on p.id = d.endpoint_id
        where p.scope_path @> array[@caller]::bigint[] and (@endpointId::bigint is null or d.endpoint_id = @endpointId) and {Filter}
        order by d.seq desc
        limit @fetch
        """;

    // The newest of each endpoint: what a tenant has is not searched for among what all have.
    private const string SelectBelow = $"""
        select d.*
        from webhooks.endpoints p cross join lateral (
            select d.seq, {DeliveryAnswer.Columns}
            from webhooks.deliveries d
            where d.endpoint_id = p.id and {Filter}
            order by d.seq desc
            limit @fetch) d
        where p.scope_path @> array[@caller]::bigint[] and (@endpointId::bigint is null or p.id = @endpointId)
        order by d.seq desc
        limit @fetch
        """;
}
