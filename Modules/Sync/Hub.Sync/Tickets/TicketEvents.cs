using Hub.SharedKernel.Data;
using Hub.Sync.Contracts;

namespace Hub.Sync.Tickets;

/// <summary>Tickets as events touch them; every method runs inside the transaction of the events.</summary>
internal sealed class TicketEvents(Db db, TicketWriter writer, Tombstones tombstones)
{
    /// <summary>The stored tickets, held until the transaction ends, so that nothing newer comes in between.</summary>
    /// <returns>Those that are known, by the provider's id.</returns>
    public async Task<IReadOnlyDictionary<string, StoredTicket>> Hold(TicketSource source, IEnumerable<string> externalIds, CancellationToken ct)
    {
        // In the order in which a page is written, so that two writers never wait for each other crosswise.
        var ids = externalIds.Order(StringComparer.Ordinal).ToArray();
        return (await db.List<StoredTicket>(Lock, new { source.IntegrationId, source.SiteKey, ids }, ct)).ToDictionary(ticket => ticket.ExternalId, StringComparer.Ordinal);
    }

    /// <summary>The stored ticket, held likewise.</summary>
    public async Task<StoredTicket?> Hold(TicketSource source, string externalId, CancellationToken ct) =>
        (await Hold(source, [externalId], ct)).GetValueOrDefault(externalId);

    /// <returns>What changed, by the provider's id; without those whose stored state is the newer one.</returns>
    public async Task<IReadOnlyDictionary<string, TicketChange>> Store(TicketSource source, IReadOnlyList<RemoteTicket> tickets, CancellationToken ct) =>
        tickets.Count == 0 ? new Dictionary<string, TicketChange>()
            : (await writer.Write(source, tickets, ct)).Changes.ToDictionary(change => change.ExternalId, StringComparer.Ordinal);

    /// <returns>What changed; null when the stored state is the newer one.</returns>
    public async Task<TicketChange?> Store(TicketSource source, RemoteTicket ticket, CancellationToken ct) =>
        (await Store(source, [ticket], ct)).GetValueOrDefault(ticket.ExternalId);

    /// <summary>Marks a ticket as deleted at a time of the provider's clock.</summary>
    public Task Bury(TicketSource source, string externalId, DateTimeOffset at, CancellationToken ct) =>
        tombstones.Raise(source, [externalId], at, ct);

    private const string Lock = """
        select t.*
        from unnest(@ids::text[]) with ordinality as wanted(id, place)
        cross join lateral (
            select id, external_id, key, project_key, issue_type, summary, description, description_html, status, status_category, priority, resolution,
                assignee_id, assignee, assignee_email, reporter_id, reporter, labels, due_date, url, parent_key, fields, mapping_hash, remote_created_at,
                remote_updated_at, raw, deleted_at
            from sync.tickets
            where integration_id = @integrationId and site_key = @siteKey and external_id = wanted.id
            limit 1
            for update
        ) t
        order by wanted.place
        """;
}
