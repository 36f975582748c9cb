using FluentValidation;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Paging;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Webhooks.Events;

/// <summary>Received events below the caller's scope, newest first, without their payloads.</summary>
internal static class ListEvents
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/events", async ([AsParameters] Query query, int? limit, string? cursor, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(query.Request(limit, cursor), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("List received events")
        .WithDescription(
            "event_type finds a type and its sub-types (pull_request finds pull_request.opened). "
            + "q is a part of the event type, delivery id or entity key; or, where it begins with $, a JSON path or predicate of PostgreSQL over the payload, "
            + "such as $.issue.key == \"HUB-1\". Then a page looks at a bounded number of events and may hold few or none: go on while there is a cursor.");

    public sealed record Query
    {
        [FromQuery(Name = "integration_id")]
        public long? IntegrationId { get; init; }

        [FromQuery(Name = "event_type")]
        public string? EventType { get; init; }

        public string? Status { get; init; }

        public DateTimeOffset? Since { get; init; }

        public string? Q { get; init; }

        public Request Request(int? limit, string? cursor) => new(
            new EventFilter(IntegrationId, EventType, EventStatuses.Parse(Status), Since), Q,
            PageRequest.Read(limit, cursor, IntegrationId, EventType, Status, Since?.ToUniversalTime().ToString("O"), Q));
    }

    public sealed record Request(EventFilter Filter, string? Q, PageRequest Page) : IRequest<Page<EventAnswer>>;

    private sealed class Rules : AbstractValidator<Request>
    {
        public Rules()
        {
            RuleFor(r => r.Filter.EventType).MaximumLength(200).OverridePropertyName("event_type");
            RuleFor(r => r.Q).MaximumLength(500);
        }
    }

    private sealed class Handler(Db db, Caller caller, PayloadSearch payloads) : IRequestHandler<Request, Page<EventAnswer>>
    {
        public async Task<Page<EventAnswer>> Handle(Request request, CancellationToken cancellationToken)
        {
            var filter = request.Filter;
            if (request.Q is ['$', ..] path)
                return await payloads.Find(filter, caller.ScopeId, path, request.Page, cancellationToken);
            var rows = await db.List<EventAnswer>(Select, new
            {
                scope = caller.ScopeId,
                filter.IntegrationId,
                filter.EventType,
                status = filter.StatusWord,
                filter.Since,
                filter.Until,
                request.Q,
                before = request.Page.AfterId,
                fetch = request.Page.Fetch,
            }, cancellationToken);
            return request.Page.Page(rows, row => row.Seq);
        }
    }

    private const string Select = $"""
        select {EventAnswer.Columns}
        from webhooks.inbox_events e
        where {EventFilter.Sql}
            and (@q::text is null or strpos(lower(e.event_type || ' ' || e.delivery_id || ' ' || coalesce(e.entity_key, '')), lower(@q)) > 0)
            and (@before::bigint is null or e.seq < @before)
        order by e.seq desc
        limit @fetch
        """;
}
