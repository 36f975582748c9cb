using Hub.SharedKernel.Access;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Paging;
using Hub.Sync.Tickets;
using MediatR;

namespace Hub.Sync.Details;

/// <summary>What every list of details answers with, in the order in which they were first stored.</summary>
internal interface IDetail
{
    long Id { get; }
}

/// <summary>Pages of one kind of details of a ticket that the caller may see.</summary>
internal sealed class DetailPages(Db db, Caller caller, IMediator mediator)
{
    /// <param name="sql">Selects with the parameters ticketId, scope, deleted, after and fetch.</param>
    /// <param name="ticketId">The ticket; 404 when it is not in the caller's scope.</param>
    /// <param name="deleted">Whether those that are gone at the provider are shown, too.</param>
    /// <param name="page">Which page.</param>
    /// <param name="ct">Cancels it.</param>
    public async Task<Page<T>> Read<T>(string sql, long ticketId, bool deleted, PageRequest page, CancellationToken ct) where T : IDetail
    {
        await mediator.Send(new GetTicket.Request(ticketId), ct);
        var rows = await db.List<T>(sql, new { ticketId, scope = caller.ScopeId, deleted, after = page.AfterId, fetch = page.Fetch }, ct);
        return page.Page(rows, row => row.Id);
    }

    public const string Filter = """
        ticket_id = @ticketId and scope_path @> array[@scope]::bigint[] and (@deleted or deleted_at is null) and (@after::bigint is null or id > @after)
        order by id
        limit @fetch
        """;
}
