using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Paging;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Tickets;

/// <summary>Tickets at or below the caller's scope, in the order in which they were first stored.</summary>
internal static class ListTickets
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("", async (
            [FromQuery(Name = "integration_id")] long? integrationId, [FromQuery(Name = "project_id")] long? projectId, [AsParameters] TicketFilter filter,
            int? limit, string? cursor, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(integrationId, projectId, filter, filter.Page(limit, cursor, integrationId, projectId)), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("Search tickets");

    /// <param name="IntegrationId">Synchronised through this integration.</param>
    /// <param name="ProjectId">Of an integration of exactly this scope.</param>
    /// <param name="Filter">Further conditions.</param>
    /// <param name="Page">Which page.</param>
    /// <param name="Provider">From this provider.</param>
    public sealed record Request(long? IntegrationId, long? ProjectId, TicketFilter Filter, PageRequest Page, string? Provider = null) : IRequest<Page<Ticket>>;

    private sealed class Handler(Db db, Caller caller) : IRequestHandler<Request, Page<Ticket>>
    {
        public async Task<Page<Ticket>> Handle(Request request, CancellationToken cancellationToken)
        {
            var rows = await db.List<Ticket>(request.Filter.Words is null ? Select : Search, new
            {
                scope = caller.ScopeId,
                request.IntegrationId,
                request.ProjectId,
                request.Provider,
                status = request.Filter.OnlyStatus,
                assignee = request.Filter.OnlyAssignee,
                labels = request.Filter.LabelList,
                words = request.Filter.Words,
                keyPattern = request.Filter.KeyPattern,
                request.Filter.UpdatedSince,
                deleted = request.Filter.Deleted ?? false,
                after = request.Page.AfterId,
                fetch = request.Page.Fetch,
            }, cancellationToken);
            return request.Page.Page(rows, ticket => ticket.Id);
        }
    }

    private const string Select = $"""
        select {Ticket.Columns}
        from sync.tickets
        where {Wanted}
        order by id
        limit @fetch
        """;

    private const string Search = $"""
        {TicketSearch.Found}
        select {Ticket.Columns}
        from sync.tickets
        where id in (select id from found) and {Wanted}
        order by id
        limit @fetch
        """;

    private const string Wanted = """
        scope_path @> array[@scope]::bigint[]
          and (@integrationId::bigint is null or integration_id = @integrationId)
          and (@projectId::bigint is null or scope_id = @projectId)
          and (@provider::text is null or provider = @provider)
          and (@status::text is null or lower(status) = lower(@status))
          and (@assignee::text is null
            or lower(assignee) = lower(@assignee) or lower(assignee_id) = lower(@assignee) or lower(assignee_email) = lower(@assignee))
          and (@labels::text[] is null or labels @> @labels::text[])
          and (@updatedSince::timestamptz is null or remote_updated_at >= @updatedSince)
          and (@deleted or deleted_at is null)
          and (@after::bigint is null or id > @after)
        """;
}
