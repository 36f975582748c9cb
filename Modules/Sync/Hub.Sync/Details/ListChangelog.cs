using System.Text.Json;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Paging;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Details;

/// <summary>The provider's own history of a ticket, where the integration has <c>sync_changelog</c> switched on.</summary>
internal static class ListChangelog
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}/changelog", async (long id, bool? deleted, int? limit, string? cursor, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(id, deleted ?? false, PageRequest.Read(limit, cursor, id, deleted)), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("List what changed on a ticket at its provider");

    public sealed record Request(long TicketId, bool Deleted, PageRequest Page) : IRequest<Page<TicketChangelogEntry>>;

    private sealed class Handler(DetailPages pages) : IRequestHandler<Request, Page<TicketChangelogEntry>>
    {
        public Task<Page<TicketChangelogEntry>> Handle(Request request, CancellationToken cancellationToken) =>
            pages.Read<TicketChangelogEntry>(Select, request.TicketId, request.Deleted, request.Page, cancellationToken);
    }

    private const string Select = $"""
        select id, external_id, author, author_id, data -> 'items' as items, remote_created_at as changed_at, deleted_at
        from sync.ticket_details
        where kind = 'changelog' and {DetailPages.Filter}
        """;
}

/// <param name="Id">The hub's id.</param>
/// <param name="ExternalId">The provider's id.</param>
/// <param name="Author">Name of the person.</param>
/// <param name="AuthorId">The provider's id of the person.</param>
/// <param name="Items">What changed: a list of <c>{field, field_id, from, to}</c> in the words of the provider.</param>
/// <param name="ChangedAt">When.</param>
/// <param name="DeletedAt">Set once it is gone at the provider.</param>
internal sealed record TicketChangelogEntry(
    long Id, string ExternalId, string? Author, string? AuthorId, JsonElement Items, DateTimeOffset? ChangedAt, DateTimeOffset? DeletedAt) : IDetail;
