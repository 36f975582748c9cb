using Hub.Sync.Contracts;

namespace Hub.Sync.Tickets;

/// <summary>What is stored of a ticket, as far as it matters for whether to write it.</summary>
internal sealed record StoredHash(string ExternalId, byte[] ContentHash, int HashVersion, DateTimeOffset RemoteUpdatedAt, bool Deleted);

/// <summary>A row that the database really wrote.</summary>
internal sealed record WrittenRow(long Id, string ExternalId, bool Inserted);

/// <summary>A ticket that differs from what is stored, with its hash.</summary>
internal sealed record PlannedTicket(RemoteTicket Ticket, byte[] Hash, bool WasDeleted);

/// <summary>What became of a page: the changes, and how many tickets stayed as they were.</summary>
internal sealed record PageOutcome(IReadOnlyList<TicketChange> Changes, int Unchanged)
{
    public int Created => Changes.Count(change => change.Kind is TicketChangeKind.Created);

    public int Updated => Changes.Count(change => change.Kind is TicketChangeKind.Updated);
}

/// <summary>Decides which tickets of a page are worth sending to the database, and what was done once it answered.</summary>
internal sealed record PagePlan(IReadOnlyList<PlannedTicket> Write, int Unchanged)
{
    public static PagePlan Of(IReadOnlyList<RemoteTicket> tickets, IEnumerable<StoredHash> stored)
    {
        var known = stored.ToDictionary(row => row.ExternalId, StringComparer.Ordinal);
        // In order of their ids, so that two writers never wait for each other crosswise.
        var write = tickets
            .Select(ticket => new PlannedTicket(ticket, TicketHash.Of(ticket), known.GetValueOrDefault(ticket.ExternalId)?.Deleted ?? false))
            .Where(planned => !known.TryGetValue(planned.Ticket.ExternalId, out var row) || Differs(planned, row))
            .OrderBy(planned => planned.Ticket.ExternalId, StringComparer.Ordinal)
            .ToArray();
        return new PagePlan(write, tickets.Count - write.Length);
    }

    /// <summary>A ticket that comes back from the dead counts as created: whoever listens had been told that it was gone.</summary>
    public IReadOnlyList<TicketChange> Settle(IEnumerable<WrittenRow> written)
    {
        var planned = Write.ToDictionary(p => p.Ticket.ExternalId, StringComparer.Ordinal);
        return [.. written.OrderBy(row => row.Id).Select(row =>
        {
            var (ticket, _, wasDeleted) = planned[row.ExternalId];
            return new TicketChange(
                row.Id, row.ExternalId, ticket.Key, row.Inserted || wasDeleted ? TicketChangeKind.Created : TicketChangeKind.Updated,
                ticket.Summary, ticket.Status, ticket.RemoteUpdatedAt);
        })];
    }

    private static bool Differs(PlannedTicket planned, StoredHash row) =>
        planned.Ticket.RemoteUpdatedAt >= row.RemoteUpdatedAt
        && (row.Deleted || row.HashVersion != TicketHash.Version || !planned.Hash.AsSpan().SequenceEqual(row.ContentHash));
}
