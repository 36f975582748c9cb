using System.Globalization;
using System.Text.Json;
using Hub.SharedKernel.Data;
using Hub.Sync.Contracts;
using MediatR;

namespace Hub.Webhooks.Announcements;

/// <summary><c>ticket.created</c>, <c>ticket.updated</c> and <c>ticket.deleted</c>.</summary>
internal sealed class AnnounceTickets(Db db, TimeProvider time) : INotificationHandler<TicketsChanged>
{
    public Task Handle(TicketsChanged notification, CancellationToken cancellationToken) => Announcer.Tell(
        db, notification.ScopePath, notification.Changes.Select(change => new Announcement($"ticket.{Word(change.Kind)}", new
        {
            change.TicketId,
            change.Key,
            notification.IntegrationId,
            summary = Announcer.Text(change.Summary),
            status = Announcer.Text(change.Status),
            change.UpdatedAt,
        }, string.Create(CultureInfo.InvariantCulture, $"ticket:{change.TicketId}"))), time.GetUtcNow(), cancellationToken);

    private static string Word(TicketChangeKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());
}
