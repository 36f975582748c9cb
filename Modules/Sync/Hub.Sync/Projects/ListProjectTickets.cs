using Hub.SharedKernel.Access;
using Hub.SharedKernel.Paging;
using Hub.Sync.Tickets;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Projects;

/// <summary>The tickets of a project's Jira.</summary>
internal static class ListProjectTickets
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}/jira-tickets", async (
            long id, [AsParameters] TicketFilter filter, int? limit, string? cursor, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(id, filter, filter.Page(limit, cursor, null, id)), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("Search the tickets of a project's Jira");

    public sealed record Request(long ProjectId, TicketFilter Filter, PageRequest Page) : IRequest<Page<Ticket>>;

    private sealed class Handler(Caller caller, IMediator mediator) : IRequestHandler<Request, Page<Ticket>>
    {
        public async Task<Page<Ticket>> Handle(Request request, CancellationToken cancellationToken)
        {
            await mediator.RequireProject(request.ProjectId, caller, cancellationToken);
            return await mediator.Send(new ListTickets.Request(null, request.ProjectId, request.Filter, request.Page, "jira"), cancellationToken);
        }
    }
}
