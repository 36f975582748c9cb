using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using Hub.Sync.Tickets;

namespace Hub.Sync.Projects.Import;

/// <summary>Writes a batch of a file in one transaction and adds what became of it. Only states that are newer than the stored ones are written.</summary>
internal sealed class TicketImport(Db db, TicketWriter writer, Audit audit)
{
    public async Task<ImportProjectTickets.Answer> Write(
        ImportProjectTickets.Answer before, TicketSource source, IReadOnlyList<ImportedTicket> batch, byte[]? mappingHash, CancellationToken ct)
    {
        var alive = batch.Where(ticket => ticket.DeletedAt is null).ToArray();
        // Twice in a batch: the newer one counts.
        var once = alive.GroupBy(ticket => ticket.ExternalId, StringComparer.Ordinal).Select(same => same.MaxBy(ticket => ticket.UpdatedAt)!).ToArray();
        await using var tx = await db.Begin(ct);
        if (before.Processed == 0)
            await audit.Record("tickets.imported", "integration", source.IntegrationId, source.ScopePath, null, ct);
        var newer = await db.List<string>(SelectNewer, new
        {
            source.IntegrationId,
            source.SiteKey,
            ids = once.Select(ticket => ticket.ExternalId).ToArray(),
            updatedAts = once.Select(ticket => ticket.UpdatedAt!.Value.UtcDateTime).ToArray(),
        }, ct);
        var written = await writer.Write(source, [.. once.IntersectBy(newer, ticket => ticket.ExternalId).Select(ticket => ticket.ToTicket(mappingHash))], ct);
        await tx.Commit(ct);
        return new ImportProjectTickets.Answer(
            before.Processed + batch.Count, before.Created + written.Created, before.Updated + written.Updated,
            before.Unchanged + alive.Length - written.Changes.Count, before.Skipped + batch.Count - alive.Length);
    }

    // A file tells less of a ticket than Jira did: the same state, once synchronised, is not replaced by it.
    private const string SelectNewer = """
        select f.external_id
        from unnest(@ids::text[], @updatedAts::timestamptz[]) as f(external_id, updated_at)
        where not exists (
            select from sync.tickets t
            where t.integration_id = @integrationId and t.site_key = @siteKey and t.external_id = f.external_id and t.remote_updated_at >= f.updated_at)
        """;
}
