using System.Globalization;
using Hub.SharedKernel.Data;
using Hub.Sync.Contracts;
using MediatR;

namespace Hub.Webhooks.Announcements;

/// <summary><c>sync.stale</c> when data has an alarm, and <c>sync.fresh</c> when it has none any more.</summary>
internal sealed class AnnounceFreshness(Db db, TimeProvider time) : INotificationHandler<StreamFreshnessChanged>
{
    public Task Handle(StreamFreshnessChanged notification, CancellationToken cancellationToken) => Announcer.Tell(
        db, notification.ScopePath, [new Announcement(notification.Alarm is null ? "sync.fresh" : "sync.stale", new
        {
            notification.IntegrationId,
            notification.IntegrationType,
            notification.Stream,
            notification.Alarm,
            notification.Since,
            notification.FreshAsOf,
            notification.TargetMinutes,
            notification.Paused,
            notification.LastRead,
            notification.UsualRead,
        }, string.Create(CultureInfo.InvariantCulture, $"integration:{notification.IntegrationId}"))], time.GetUtcNow(), cancellationToken);
}
