using Hub.Integrations.Contracts;
using Hub.Sync.Details;
using Hub.Sync.Providers;
using Hub.Sync.Rereads;
using Hub.Sync.Tickets;
using Hub.Webhooks.Contracts;
using MediatR;

namespace Hub.Sync.Jira.Details;

/// <summary>Applies what an event tells of one detail of a ticket, where its stream is switched on and the ticket is known.</summary>
internal sealed class DetailEvents(IMediator mediator, TicketEvents tickets, DetailWriter writer, WantedRecords wanted)
{
    /// <returns>The connection; null when the stream is switched off.</returns>
    public async Task<Connection?> Listening(WebhookReceived told, DetailKind kind, CancellationToken ct) =>
        await mediator.Send(new AskConnection(told.IntegrationId), ct) is { } connection && kind.IsOn(connection) ? connection : null;

    /// <summary>The ticket, held until the transaction ends; null when it is not known or gone.</summary>
    public async Task<StoredTicket?> Hold(WebhookReceived told, Connection connection, string issueId, CancellationToken ct)
    {
        var source = new TicketSource(told.IntegrationId, told.ScopePath, connection.SiteKey(), ByWalk: false, told.ReceivedAt);
        return await tickets.Hold(source, issueId, ct) is { DeletedAt: null } ticket ? ticket : null;
    }

    /// <summary>The ticket, held as above; one that is not known is read from Jira, with its details, if it is one of the integration's.</summary>
    public async Task<StoredTicket?> HoldOrRead(WebhookReceived told, Connection connection, string issueId, CancellationToken ct)
    {
        var source = new TicketSource(told.IntegrationId, told.ScopePath, connection.SiteKey(), ByWalk: false, told.ReceivedAt);
        if (await tickets.Hold(source, issueId, ct) is { } ticket)
            return ticket.DeletedAt is null ? ticket : null;
        var outside = connection.ProjectKeys() is { Count: > 0 } projects && JiraIssue.ProjectOf(told.Payload.At("issue")) is { } project
            && !projects.Contains(project.ToUpperInvariant());
        if (outside || !JiraIssueReader.IsId(issueId))
            return null;
        await wanted.Want(told.IntegrationId, told.ScopePath, JiraIssueReader.Kind, issueId, told.ReceivedAt, ct);
        told.Effects.Add("the issue is read from Jira: it was not known");
        return null;
    }

    /// <param name="told">The event.</param>
    /// <param name="kind">What it tells of.</param>
    /// <param name="ticketId">The ticket.</param>
    /// <param name="detail">As the event shows it.</param>
    /// <param name="gone">Whether it tells that it is gone.</param>
    /// <param name="ct">Cancels it.</param>
    public async Task Apply(WebhookReceived told, DetailKind kind, long ticketId, RemoteDetail detail, bool gone, CancellationToken ct)
    {
        var source = new DetailSource(told.IntegrationId, told.ScopePath, kind.Kind, ByWalk: false, told.ReceivedAt);
        // What is gone is stored, too: an older event that comes after this one must not bring it to life.
        var counts = await writer.Write(source, [new TicketDetails(ticketId, [detail], Whole: false)], ct);
        var at = JiraTime.Instant(told.Payload.TryGetProperty("timestamp", out var time) ? time : default) ?? told.ReceivedAt;
        var buried = gone && await writer.Bury(kind.Kind, ticketId, detail.ExternalId, at, ct);
        var effect = buried ? "deleted" : counts.Created > 0 ? "created" : counts.Updated > 0 ? "updated" : "unchanged";
        told.Effects.Add($"{kind.Kind} of ticket {ticketId} {effect}");
    }
}
