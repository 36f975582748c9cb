using System.Globalization;
using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using MediatR;

namespace Hub.Webhooks.Announcements;

/// <summary><c>integration.health_changed</c>.</summary>
internal sealed class AnnounceHealth(Db db, TimeProvider time) : INotificationHandler<IntegrationHealthChanged>
{
    public Task Handle(IntegrationHealthChanged notification, CancellationToken cancellationToken) => Announcer.Tell(
        db, notification.Integration.ScopePath, [new Announcement("integration.health_changed", new
        {
            integrationId = notification.Integration.Id,
            notification.Integration.Name,
            notification.From,
            notification.To,
            notification.Reason,
            notification.Message,
        }, string.Create(CultureInfo.InvariantCulture, $"integration:{notification.Integration.Id}"))], time.GetUtcNow(), cancellationToken);
}
