using Hub.SharedKernel.Access;
using Hub.SharedKernel.Paging;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Details;

/// <summary>Links of a ticket to other issues of its provider, where the integration has <c>sync_links</c> switched on.</summary>
internal static class ListIssueLinks
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}/issue-links", async (long id, bool? deleted, int? limit, string? cursor, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(id, deleted ?? false, PageRequest.Read(limit, cursor, id, deleted)), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("List the links of a ticket to other issues");

    public sealed record Request(long TicketId, bool Deleted, PageRequest Page) : IRequest<Page<TicketIssueLink>>;

    private sealed class Handler(DetailPages pages) : IRequestHandler<Request, Page<TicketIssueLink>>
    {
        public Task<Page<TicketIssueLink>> Handle(Request request, CancellationToken cancellationToken) =>
            pages.Read<TicketIssueLink>(Select, request.TicketId, request.Deleted, request.Page, cancellationToken);
    }

    private const string Select = $"""
        select id, external_id, data ->> 'type' as type, data ->> 'direction' as direction, data ->> 'phrase' as phrase, data ->> 'key' as key, deleted_at
        from sync.ticket_details
        where kind = 'link' and {DetailPages.Filter}
        """;
}

/// <param name="Id">The hub's id.</param>
/// <param name="ExternalId">The provider's id.</param>
/// <param name="Type">The kind of link, such as Blocks.</param>
/// <param name="Direction">outward or inward.</param>
/// <param name="Phrase">How it reads from this ticket, such as "is blocked by".</param>
/// <param name="Key">The key of the other issue.</param>
/// <param name="DeletedAt">Set once it is gone at the provider.</param>
internal sealed record TicketIssueLink(
    long Id, string ExternalId, string? Type, string? Direction, string? Phrase, string? Key, DateTimeOffset? DeletedAt) : IDetail;
