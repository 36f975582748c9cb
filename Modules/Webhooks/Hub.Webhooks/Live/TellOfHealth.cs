using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using MediatR;

namespace Hub.Webhooks.Live;

/// <summary><c>integration.health_changed</c>.</summary>
internal sealed class TellOfHealth(Db db) : INotificationHandler<IntegrationHealthChanged>
{
    public Task Handle(IntegrationHealthChanged notification, CancellationToken cancellationToken) => LiveLog.Tell(
        db, notification.Integration.ScopePath, [("integration.health_changed", new
        {
            integrationId = notification.Integration.Id,
            notification.Integration.Name,
            notification.From,
            notification.To,
            notification.Reason,
            notification.Message,
        })], cancellationToken);
}
