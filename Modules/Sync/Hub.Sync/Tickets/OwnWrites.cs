using System.Text.Json;
using Hub.SharedKernel.Data;
using Hub.Sync.Jira;
using Hub.Sync.Jira.Mapping;
using Hub.Sync.Jira.Writing;
using Hub.Sync.Providers;

namespace Hub.Sync.Tickets;

/// <summary>
/// Stores an issue as it was read back after the hub itself wrote it. The webhook of that change brings the same state and is stale; where it came first,
/// nobody is told a second time.
/// </summary>
internal sealed class OwnWrites(Db db, TicketEvents events, TicketWriter writer, TimeProvider time)
{
    /// <summary>Inside the caller's transaction.</summary>
    /// <returns>The ticket as it is stored now.</returns>
    public async Task<Ticket> Store(JiraCalls jira, JsonElement issue, CancellationToken ct)
    {
        var integration = jira.Connection.Integration;
        var source = new TicketSource(integration.Id, integration.ScopePath, jira.Connection.SiteKey(), ByWalk: false, time.GetUtcNow(), By: "hub");
        var stored = await events.Hold(source, issue.Text("id") ?? "", ct);
        var ticket = JiraIssue.Read(issue, jira.Site, FieldMappings.Of(jira.Connection)) ?? throw new ProviderFailure("provider_error", "Jira's answer is no issue.", true);
        await writer.Write(source with { Silent = stored is { DeletedAt: null } && Alike(stored, ticket) }, [ticket], ct);
        return await db.One<Ticket>(Select, new { source.IntegrationId, source.SiteKey, ticket.ExternalId }, ct);
    }

    /// <summary>Whether two states say the same, whenever they were written.</summary>
    public static bool Alike(RemoteTicket one, RemoteTicket other) =>
        TicketHash.Of(one with { RemoteUpdatedAt = other.RemoteUpdatedAt }).AsSpan().SequenceEqual(TicketHash.Of(other));

    private const string Select = $"""
        select {Ticket.Columns} from sync.tickets where integration_id = @integrationId and site_key = @siteKey and external_id = @externalId
        """;
}
