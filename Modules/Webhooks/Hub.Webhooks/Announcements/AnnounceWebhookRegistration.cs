using System.Globalization;
using Hub.SharedKernel.Data;
using Hub.Sync.Contracts;
using MediatR;

namespace Hub.Webhooks.Announcements;

/// <summary><c>webhook.registration_changed</c>, and <c>webhook.recovered</c> when deliveries that had not arrived were fetched.</summary>
internal sealed class AnnounceWebhookRegistration(Db db, TimeProvider time) : INotificationHandler<WebhookRegistrationChanged>
{
    public Task Handle(WebhookRegistrationChanged notification, CancellationToken cancellationToken) =>
        Announcer.Tell(db, notification.ScopePath, Events(notification), time.GetUtcNow(), cancellationToken);

    private static IEnumerable<Announcement> Events(WebhookRegistrationChanged change)
    {
        var entity = string.Create(CultureInfo.InvariantCulture, $"integration:{change.IntegrationId}");
        if (change.Repair is not null || (change.State is "problem") != (change.StateBefore is "problem"))
            yield return new Announcement("webhook.registration_changed", new
            {
                change.IntegrationId,
                change.IntegrationType,
                from = change.StateBefore,
                to = change.State,
                problem = Announcer.Text(change.Problem),
                repair = Announcer.Text(change.Repair),
            }, entity);
        if (change.Recovery is { } recovery)
            yield return new Announcement("webhook.recovered", new
            {
                change.IntegrationId,
                change.IntegrationType,
                recovery.Lacking,
                recovery.Recovered,
                recovery.Lost,
                message = string.Create(CultureInfo.InvariantCulture, $"recovered {recovery.Recovered} of {recovery.Lacking}"),
            }, entity);
    }
}
