using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Http;

namespace Hub.Sync.Tickets;

/// <summary>What differs between two states of a ticket, without what changes with every write.</summary>
internal static class TicketDiff
{
    private static readonly string[] Bookkeeping = ["id", "version", "synced_at", "updated_at", "created_at"];

    public static JsonObject Between(Ticket? before, Ticket after) => AuditDiff.Between(Said(before), Said(after));

    private static JsonObject? Said(Ticket? ticket)
    {
        if (ticket is null)
            return null;
        var said = JsonSerializer.SerializeToNode(ticket, HubJson.Options)!.AsObject();
        foreach (var member in Bookkeeping)
            said.Remove(member);
        return said;
    }
}
