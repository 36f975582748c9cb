using Hub.SharedKernel.Data;
using Hub.Sync.Connectors;

namespace Hub.Sync.Details;

/// <summary>
/// Stores the details of many tickets with two statements. Rows that did not change are not touched; an older state never replaces a newer one; what a
/// whole list lacks is marked as deleted, unless it was written after the list was asked for.
/// </summary>
internal sealed class DetailWriter(Db db, TimeProvider time)
{
    /// <summary>Writes inside the caller's transaction.</summary>
    public async Task<PageCounts> Write(DetailSource source, IReadOnlyList<TicketDetails> read, CancellationToken ct)
    {
        // Lists that move while they are paged show one twice; the later state counts.
        var rows = read.SelectMany(ticket => ticket.Details.GroupBy(detail => detail.ExternalId, StringComparer.Ordinal)
            .Select(same => (ticket.TicketId, Detail: same.Last()))).OrderBy(row => row.TicketId).ToArray();
        var now = time.GetUtcNow();
        var written = rows.Length == 0 ? [] : await db.List<bool>(Upsert, Parameters(source, rows, now), ct);
        var whole = read.Where(ticket => ticket.Whole).Select(ticket => ticket.TicketId).ToArray();
        var deleted = whole.Length == 0 ? 0 : await db.Execute(DeleteMissing, new
        {
            source.Kind, source.SeenAt, now, whole, ticketIds = rows.Select(row => row.TicketId).ToArray(),
            externalIds = rows.Select(row => row.Detail.ExternalId).ToArray(),
        }, ct);
        var created = written.Count(inserted => inserted);
        return new PageCounts(created, written.Count - created, rows.Length - written.Count, deleted, read.Sum(ticket => ticket.Unreadable));
    }

    /// <summary>Marks one as deleted at a time of the provider's clock; inside the caller's transaction.</summary>
    /// <returns>Whether it was there.</returns>
    public async Task<bool> Bury(string kind, long ticketId, string externalId, DateTimeOffset at, CancellationToken ct) =>
        await db.Execute(DeleteOne, new { kind, ticketId, externalId, at, now = time.GetUtcNow() }, ct) > 0;

    private static object Parameters(DetailSource source, IReadOnlyList<(long TicketId, RemoteDetail Detail)> rows, DateTimeOffset now)
    {
        // Npgsql tells the type of an array of DateTime by its first member, which a null does not show; of DateTimeOffset it knows it.
        T[] Column<T>(Func<RemoteDetail, T> value) => [.. rows.Select(row => value(row.Detail))];
        return new
        {
            source.IntegrationId,
            source.ScopePath,
            source.Kind,
            source.ByWalk,
            source.SeenAt,
            now,
            ticketIds = rows.Select(row => row.TicketId).ToArray(),
            externalIds = Column(d => d.ExternalId),
            authorIds = Column(d => d.AuthorId),
            authors = Column(d => d.Author),
            bodies = Column(d => d.Body),
            bodyHtmls = Column(d => d.BodyHtml),
            data = Column(d => d.Data),
            createdAts = Column(d => d.RemoteCreatedAt?.ToUniversalTime()),
            updatedAts = Column(d => d.RemoteUpdatedAt?.ToUniversalTime()),
            hashes = Column(d => d.Hash()),
        };
    }

    // Two states of one millisecond: what is there now is known, which of two events came later is not.
    private const string Upsert = """
        insert into sync.ticket_details as t (ticket_id, integration_id, scope_path, kind, external_id, author_id, author, body, body_html, data,
            remote_created_at, remote_updated_at, content_hash, created_at, updated_at)
        select p.ticket_id, @integrationId, @scopePath, @kind, p.external_id, p.author_id, p.author, p.body, p.body_html, p.data::jsonb,
            p.remote_created_at, p.remote_updated_at, p.content_hash, @now, @now
        from unnest(
            @ticketIds::bigint[], @externalIds::text[], @authorIds::text[], @authors::text[], @bodies::text[], @bodyHtmls::text[], @data::text[],
            @createdAts::timestamptz[], @updatedAts::timestamptz[], @hashes::bytea[])
            with ordinality as p(ticket_id, external_id, author_id, author, body, body_html, data, remote_created_at, remote_updated_at, content_hash, place)
        where exists (select from sync.tickets k where k.id = p.ticket_id)
          and not exists (
            select from sync.ticket_details s
            where s.ticket_id = p.ticket_id and s.kind = @kind and s.external_id = p.external_id and s.content_hash = p.content_hash and s.deleted_at is null)
        order by p.place
        on conflict (ticket_id, kind, external_id) do update set
            author_id = excluded.author_id, author = excluded.author, body = excluded.body, body_html = excluded.body_html, data = excluded.data,
            remote_created_at = excluded.remote_created_at, remote_updated_at = excluded.remote_updated_at, content_hash = excluded.content_hash,
            deleted_at = null, version = t.version + 1, updated_at = excluded.updated_at
        where (excluded.remote_updated_at is null or t.remote_updated_at is null or excluded.remote_updated_at > t.remote_updated_at
            or @byWalk and excluded.remote_updated_at = t.remote_updated_at)
          and (t.deleted_at is null or excluded.remote_updated_at > t.deleted_at or @byWalk and @seenAt > t.deleted_at)
        returning t.xmax = 0
        """;

    private const string DeleteMissing = """
        update sync.ticket_details t
        set deleted_at = @now, version = version + 1, updated_at = @now
        where t.ticket_id = any(@whole) and t.kind = @kind and t.deleted_at is null and t.updated_at <= @seenAt
          and not exists (
            select from unnest(@ticketIds::bigint[], @externalIds::text[]) as p(ticket_id, external_id)
            where p.ticket_id = t.ticket_id and p.external_id = t.external_id)
        """;

    private const string DeleteOne = """
        update sync.ticket_details
        set deleted_at = @at, version = version + 1, updated_at = @now
        where ticket_id = @ticketId and kind = @kind and external_id = @externalId and deleted_at is null
          and (remote_updated_at is null or remote_updated_at <= @at)
        """;
}
