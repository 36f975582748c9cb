using Hub.SharedKernel.Access;
using Hub.SharedKernel.Paging;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Details;

/// <summary>Work that people logged on a ticket, where the integration has <c>sync_worklogs</c> switched on.</summary>
internal static class ListWorklogs
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}/worklogs", async (long id, bool? deleted, int? limit, string? cursor, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(id, deleted ?? false, PageRequest.Read(limit, cursor, id, deleted)), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("List the work logged on a ticket");

    public sealed record Request(long TicketId, bool Deleted, PageRequest Page) : IRequest<Page<TicketWorklog>>;

    private sealed class Handler(DetailPages pages) : IRequestHandler<Request, Page<TicketWorklog>>
    {
        public Task<Page<TicketWorklog>> Handle(Request request, CancellationToken cancellationToken) =>
            pages.Read<TicketWorklog>(Select, request.TicketId, request.Deleted, request.Page, cancellationToken);
    }

    private const string Select = $"""
        select id, external_id, author, author_id, body, body_html, (data ->> 'started_at')::timestamptz as started_at,
            (data ->> 'time_spent_seconds')::bigint as time_spent_seconds, remote_created_at as created_at, remote_updated_at as updated_at, deleted_at
        from sync.ticket_details
        where kind = 'worklog' and {DetailPages.Filter}
        """;
}

/// <param name="Id">The hub's id.</param>
/// <param name="ExternalId">The provider's id.</param>
/// <param name="Author">Name of the person.</param>
/// <param name="AuthorId">The provider's id of the person.</param>
/// <param name="Body">What was done, as plain text.</param>
/// <param name="BodyHtml">The same as HTML that is safe to show.</param>
/// <param name="StartedAt">When the work began.</param>
/// <param name="TimeSpentSeconds">How long it took.</param>
/// <param name="CreatedAt">When it was logged.</param>
/// <param name="UpdatedAt">When that was last changed.</param>
/// <param name="DeletedAt">Set once it is gone at the provider.</param>
internal sealed record TicketWorklog(
    long Id, string ExternalId, string? Author, string? AuthorId, string? Body, string? BodyHtml, DateTimeOffset? StartedAt, long? TimeSpentSeconds,
    DateTimeOffset? CreatedAt, DateTimeOffset? UpdatedAt, DateTimeOffset? DeletedAt) : IDetail;
