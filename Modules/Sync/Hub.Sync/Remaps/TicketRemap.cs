using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Hashing;
using Hub.Sync.Connectors;
using Hub.Sync.Tickets;

namespace Hub.Sync.Remaps;

/// <summary>
/// Makes the mapped fields of stored tickets anew from their records. Only <c>fields</c>, the names of mapping and content are written: nothing happened to
/// the tickets, so nobody is told, and neither version nor history moves.
/// </summary>
internal sealed class TicketRemap(Db db, IEnumerable<IRecordMapping> mappings)
{
    /// <summary>Maps the next tickets that another mapping was applied to; inside the caller's transaction.</summary>
    /// <returns>The id of the last one; null when there are no more.</returns>
    public async Task<long?> Page(Connection connection, long after, int size, CancellationToken ct)
    {
        var byProvider = mappings.ToDictionary(mapping => mapping.Provider, StringComparer.Ordinal);
        var tickets = await db.List<MappedTicket>(Lock, new
        {
            integrationId = connection.Integration.Id,
            providers = byProvider.Keys.ToArray(),
            mappingHashes = byProvider.Values.Select(mapping => mapping.MappingHash(connection)).ToArray(),
            after,
            size,
        }, ct);
        if (tickets.Count == 0)
            return null;
        var mapped = tickets.Select(ticket => Map(ticket, byProvider[ticket.Provider], connection)).ToArray();
        await db.Execute(Write, new
        {
            ids = tickets.Select(ticket => ticket.Id).ToArray(),
            fields = mapped.Select(ticket => CanonicalJson.Text(ticket.Fields)).ToArray(),
            mappingHashes = mapped.Select(ticket => ticket.MappingHash!).ToArray(),
            hashes = mapped.Select(TicketHash.Of).ToArray(),
            hashVersion = TicketHash.Version,
        }, ct);
        return tickets.Max(ticket => ticket.Id);
    }

    private static RemoteTicket Map(MappedTicket ticket, IRecordMapping mapping, Connection connection)
    {
        using var raw = RawRecord.Read(ticket.Raw);
        var fields = raw is null ? ticket.Fields : mapping.Fields(connection, raw.RootElement).Clone();
        return ticket with { Fields = fields, MappingHash = mapping.MappingHash(connection) };
    }

    private sealed record MappedTicket : RemoteTicket
    {
        public required long Id { get; init; }
        public required string Provider { get; init; }
        public required byte[] Raw { get; init; }
    }

    // In the order in which a page of a sync locks them.
    private const string Lock = """
        with page as (
            select t.id
            from sync.tickets t
            join unnest(@providers::text[], @mappingHashes::bytea[]) as wanted(provider, mapping_hash) on wanted.provider = t.provider
            where t.integration_id = @integrationId and t.id > @after and t.mapping_hash is distinct from nullif(wanted.mapping_hash, '')
            order by t.id
            limit @size
        )
        select id, provider, raw, external_id, key, project_key, issue_type, summary, description, description_html, status, status_category, priority,
            resolution, assignee_id, assignee, assignee_email, reporter_id, reporter, labels, due_date, url, parent_key, fields, remote_created_at,
            remote_updated_at
        from sync.tickets
        where id in (select id from page)
        order by external_id collate "C"
        for no key update
        """;

    // A content hash of an older rule stays: it could not tell what that rule did not know.
    private const string Write = """
        update sync.tickets t
        set fields = m.fields::jsonb, mapping_hash = nullif(m.mapping_hash, ''),
            content_hash = case when t.hash_version = @hashVersion then m.content_hash else t.content_hash end
        from unnest(@ids::bigint[], @fields::text[], @mappingHashes::bytea[], @hashes::bytea[]) as m(id, fields, mapping_hash, content_hash)
        where t.id = m.id
        """;
}
