using System.Text.Json;
using Hub.SharedKernel.Data;
using Hub.Sync.Contracts;
using MediatR;

namespace Hub.Webhooks.Live;

/// <summary><c>ticket.created</c>, <c>ticket.updated</c> and <c>ticket.deleted</c>.</summary>
internal sealed class TellOfTickets(Db db) : INotificationHandler<TicketsChanged>
{
    public Task Handle(TicketsChanged notification, CancellationToken cancellationToken) => LiveLog.Tell(
        db, notification.ScopePath, notification.Changes.Select(change => ($"ticket.{Word(change.Kind)}", (object)new
        {
            change.TicketId,
            change.Key,
            notification.IntegrationId,
            summary = LiveLog.Text(change.Summary),
            status = LiveLog.Text(change.Status),
            change.UpdatedAt,
        })), cancellationToken);

    private static string Word(TicketChangeKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());
}
