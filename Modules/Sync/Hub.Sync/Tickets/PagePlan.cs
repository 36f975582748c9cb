using Hub.Sync.Contracts;

namespace Hub.Sync.Tickets;

/// <summary>What is stored of a ticket, as far as it matters for whether to write it.</summary>
internal sealed record StoredHash(string ExternalId, byte[] ContentHash, int HashVersion, DateTimeOffset RemoteUpdatedAt, bool Deleted);

/// <summary>What the database made of a ticket that was sent to it.</summary>
/// <param name="Id">The hub's id; null when nothing was written.</param>
/// <param name="ExternalId">The provider's.</param>
/// <param name="Outcome">created, updated, undeleted, unchanged, or missed when another transaction stored it at the same moment.</param>
internal sealed record WrittenRow(long? Id, string ExternalId, string Outcome);

/// <summary>A ticket that differs from what is stored, with its hash.</summary>
internal sealed record PlannedTicket(RemoteTicket Ticket, byte[] Hash);

/// <summary>What became of a page: the changes, and how many tickets stayed as they were.</summary>
internal sealed record PageOutcome(IReadOnlyList<TicketChange> Changes, int Unchanged)
{
    public int Created => Changes.Count(change => change.Kind is TicketChangeKind.Created);

    public int Updated => Changes.Count(change => change.Kind is TicketChangeKind.Updated);
}

/// <summary>Decides which tickets of a page are worth sending to the database, and what was done once it answered.</summary>
internal sealed record PagePlan(IReadOnlyList<PlannedTicket> Write)
{
    public static PagePlan Of(IReadOnlyList<RemoteTicket> tickets, IEnumerable<StoredHash> stored)
    {
        var known = stored.ToDictionary(row => row.ExternalId, StringComparer.Ordinal);
        // In order of their ids, so that two writers never wait for each other crosswise.
        return new PagePlan([.. tickets
            .Select(ticket => new PlannedTicket(ticket, TicketHash.Of(ticket)))
            .Where(planned => !known.TryGetValue(planned.Ticket.ExternalId, out var row) || Differs(planned, row))
            .OrderBy(planned => planned.Ticket.ExternalId, StringComparer.Ordinal)]);
    }

    /// <summary>A ticket that comes back from the dead counts as created: whoever listens had been told that it was gone.</summary>
    public static IEnumerable<TicketChange> Settle(IReadOnlyList<PlannedTicket> write, IEnumerable<WrittenRow> rows)
    {
        var planned = write.ToDictionary(p => p.Ticket.ExternalId, p => p.Ticket, StringComparer.Ordinal);
        return rows.Where(row => row.Outcome is "created" or "updated" or "undeleted").OrderBy(row => row.Id).Select(row =>
        {
            var ticket = planned[row.ExternalId];
            var kind = row.Outcome is "updated" ? TicketChangeKind.Updated : TicketChangeKind.Created;
            return new TicketChange(row.Id!.Value, row.ExternalId, ticket.Key, kind, ticket.Summary, ticket.Status, ticket.RemoteUpdatedAt);
        });
    }

    /// <summary>What must be sent once more, because it appeared in the store while it was being written.</summary>
    public static IReadOnlyList<PlannedTicket> Missed(IReadOnlyList<PlannedTicket> write, IEnumerable<WrittenRow> rows)
    {
        var missed = rows.Where(row => row.Outcome is "missed").Select(row => row.ExternalId).ToHashSet(StringComparer.Ordinal);
        return missed.Count == 0 ? [] : [.. write.Where(planned => missed.Contains(planned.Ticket.ExternalId))];
    }

    private static bool Differs(PlannedTicket planned, StoredHash row) =>
        planned.Ticket.RemoteUpdatedAt >= row.RemoteUpdatedAt
        && (row.Deleted || row.HashVersion != TicketHash.Version || !planned.Hash.AsSpan().SequenceEqual(row.ContentHash));
}
