using Hub.SharedKernel.Access;
using Hub.SharedKernel.Paging;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Details;

/// <summary>Comments of a ticket, where the integration has <c>sync_comments</c> switched on.</summary>
internal static class ListComments
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}/comments", async (long id, bool? deleted, int? limit, string? cursor, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(id, deleted ?? false, PageRequest.Read(limit, cursor, id, deleted)), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("List the comments of a ticket");

    public sealed record Request(long TicketId, bool Deleted, PageRequest Page) : IRequest<Page<TicketComment>>;

    private sealed class Handler(DetailPages pages) : IRequestHandler<Request, Page<TicketComment>>
    {
        public Task<Page<TicketComment>> Handle(Request request, CancellationToken cancellationToken) =>
            pages.Read<TicketComment>(Select, request.TicketId, request.Deleted, request.Page, cancellationToken);
    }

    private const string Select = $"""
        select id, external_id, author, author_id, body, body_html, data ->> 'visibility' as visibility, remote_created_at as created_at,
            remote_updated_at as updated_at, deleted_at
        from sync.ticket_details
        where kind = 'comment' and {DetailPages.Filter}
        """;
}

/// <param name="Id">The hub's id.</param>
/// <param name="ExternalId">The provider's id.</param>
/// <param name="Author">Name of the person.</param>
/// <param name="AuthorId">The provider's id of the person.</param>
/// <param name="Body">Plain text.</param>
/// <param name="BodyHtml">The same as HTML that is safe to show.</param>
/// <param name="Visibility">The group or role that it is restricted to at the provider; null when it is not.</param>
/// <param name="CreatedAt">When it was written there.</param>
/// <param name="UpdatedAt">When it was last changed there.</param>
/// <param name="DeletedAt">Set once it is gone there.</param>
internal sealed record TicketComment(
    long Id, string ExternalId, string? Author, string? AuthorId, string? Body, string? BodyHtml, string? Visibility, DateTimeOffset? CreatedAt,
    DateTimeOffset? UpdatedAt, DateTimeOffset? DeletedAt) : IDetail;
