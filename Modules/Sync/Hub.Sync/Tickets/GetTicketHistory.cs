using System.Globalization;
using System.Text.Json;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Paging;
using Hub.SharedKernel.Problems;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hub.Sync.Tickets;

/// <summary>What happened to a ticket, newest first, down to its creation. Entries older than the retention are gone; the creation always is the last.</summary>
internal static class GetTicketHistory
{
    public static void Map(IEndpointRouteBuilder group) => group
        .MapGet("/{id:long}/history", async (long id, int? limit, string? cursor, IMediator mediator, CancellationToken ct) =>
            TypedResults.Ok(await mediator.Send(new Request(id, PageRequest.Read(limit, cursor, id)), ct)))
        .RequireRole(Role.Viewer)
        .WithSummary("List the earlier versions of a ticket");

    /// <param name="Version">The version that the change made.</param>
    /// <param name="Change">created, updated, deleted or undeleted.</param>
    /// <param name="ChangedAt">When it was stored here.</param>
    /// <param name="Source">What brought it: sync, webhook, or hub for a change made through the hub.</param>
    /// <param name="RunId">The sync run that met it; null otherwise.</param>
    /// <param name="Changes">
    /// By name of the field (<c>fields.</c> and the name for mapped ones), whole values. Empty when only what the hub does not keep changed.
    /// </param>
    public sealed record Entry(
        long Version, string Change, DateTimeOffset ChangedAt, string Source, Guid? RunId, IReadOnlyDictionary<string, FieldChange> Changes);

    /// <param name="TicketId">Which ticket.</param>
    /// <param name="Page">Which page.</param>
    public sealed record Request(long TicketId, PageRequest Page) : IRequest<Page<Entry>>;

    private sealed class Handler(Db db, Caller caller) : IRequestHandler<Request, Page<Entry>>
    {
        public async Task<Page<Entry>> Handle(Request request, CancellationToken cancellationToken)
        {
            var rows = await db.List<Row>(Select, new
            {
                id = request.TicketId, scope = caller.ScopeId, before = request.Page.AfterId, fetch = request.Page.Fetch,
            }, cancellationToken);
            // Every ticket has its creation: a first page without entries is no ticket of the caller's.
            if (rows.Count == 0 && request.Page.After is null)
                throw NotFoundException.Of("ticket", request.TicketId);
            return request.Page.Page([.. rows.Select(row => row.Show())], entry => entry.Version.ToString(CultureInfo.InvariantCulture));
        }
    }

    private sealed record Row(long Version, string Change, DateTimeOffset ChangedAt, string Source, Guid? RunId, JsonElement Changes)
    {
        public Entry Show() => new(Version, Change, ChangedAt, Source, RunId, FieldChange.ByField(Changes));
    }

    private const string Select = """
        with ticket as (
            select id, created_at, created_source from sync.tickets where id = @id and scope_path @> array[@scope]::bigint[]
        )
        select * from (
            select v.version, v.change, v.changed_at, v.source, v.run_id, v.changes
            from ticket t
            join sync.ticket_versions v on v.ticket_id = t.id
            union all
            select 1, 'created', created_at, created_source, null, '{}' from ticket
        ) entries
        where @before::bigint is null or version < @before
        order by version desc
        limit @fetch
        """;
}
