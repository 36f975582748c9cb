using Hub.SharedKernel.Data;

namespace Hub.Sync.Details;

/// <summary>A ticket whose details are to be read.</summary>
/// <param name="TicketId">The hub's id.</param>
/// <param name="ExternalId">The provider's.</param>
/// <param name="Mark">What was to be read when it was looked up; a later change raises it.</param>
internal sealed record DueTicket(long TicketId, string ExternalId, long Mark);

/// <summary>Remembers which tickets' details are to be read: those that changed, and all of them once a stream is switched on.</summary>
internal sealed class DetailDues(Db db, TimeProvider time)
{
    public Task Mark(long integrationId, IReadOnlyCollection<long> ticketIds, IReadOnlyCollection<string> streams, CancellationToken ct) =>
        ticketIds.Count == 0 || streams.Count == 0 ? Task.CompletedTask
            : db.Execute(Raise, new { integrationId, ticketIds = ticketIds.ToArray(), streams = streams.ToArray() }, ct);

    /// <summary>Whether the stream has begun since it was switched on.</summary>
    public async Task<bool> IsOpen(long integrationId, string stream, CancellationToken ct) =>
        await db.First<bool?>(FindOpen, new { integrationId, stream }, ct) is true;

    /// <summary>Begins with every ticket that is there.</summary>
    public Task Open(long integrationId, string stream, CancellationToken ct) =>
        db.Execute(BeginAll, new { integrationId, stream, now = time.GetUtcNow() }, ct);

    /// <summary>Forgets the streams that are switched off: what changes from now on is not noted for them.</summary>
    public async Task Close(long integrationId, IReadOnlyCollection<string> switchedOn, CancellationToken ct)
    {
        if (await db.Execute(ForgetStreams, new { integrationId, switchedOn = switchedOn.ToArray() }, ct) > 0)
            await db.Execute(ForgetDues, new { integrationId, switchedOn = switchedOn.ToArray() }, ct);
    }

    public Task<IReadOnlyList<DueTicket>> Next(long integrationId, long siteKey, string stream, long after, int limit, CancellationToken ct) =>
        db.List<DueTicket>(Read, new { integrationId, siteKey, stream, after, limit }, ct);

    /// <summary>They are read, as far as nothing changed meanwhile.</summary>
    public Task Clear(string stream, IReadOnlyCollection<DueTicket> read, CancellationToken ct) => read.Count == 0 ? Task.CompletedTask
        : db.Execute(Delete, new { stream, ids = read.Select(ticket => ticket.TicketId).ToArray(), marks = read.Select(ticket => ticket.Mark).ToArray() }, ct);

    private const string Raise = """
        insert into sync.ticket_details_due as d (ticket_id, integration_id, stream)
        select id, @integrationId, stream from unnest(@ticketIds::bigint[]) as id cross join unnest(@streams::text[]) as stream order by id, stream
        on conflict (ticket_id, stream) do update set mark = d.mark + 1
        """;

    private const string FindOpen = """
        select true from sync.detail_streams where integration_id = @integrationId and stream = @stream
        """;

    private const string BeginAll = """
        with opened as (
            insert into sync.detail_streams (integration_id, stream, opened_at) values (@integrationId, @stream, @now) on conflict do nothing returning stream
        )
        insert into sync.ticket_details_due (ticket_id, integration_id, stream)
        select t.id, t.integration_id, opened.stream from sync.tickets t cross join opened
        where t.integration_id = @integrationId and t.deleted_at is null
        order by t.id
        on conflict do nothing
        """;

    private const string ForgetStreams = """
        delete from sync.detail_streams where integration_id = @integrationId and not stream = any(@switchedOn)
        """;

    private const string ForgetDues = """
        delete from sync.ticket_details_due where integration_id = @integrationId and not stream = any(@switchedOn)
        """;

    private const string Read = """
        select d.ticket_id, t.external_id, d.mark
        from sync.ticket_details_due d
        join sync.tickets t on t.id = d.ticket_id
        where d.integration_id = @integrationId and d.stream = @stream and d.ticket_id > @after and t.site_key = @siteKey and t.deleted_at is null
        order by d.ticket_id
        limit @limit
        """;

    private const string Delete = """
        delete from sync.ticket_details_due d
        using unnest(@ids::bigint[], @marks::bigint[]) as done(id, mark)
        where d.ticket_id = done.id and d.stream = @stream and d.mark = done.mark
        """;
}
