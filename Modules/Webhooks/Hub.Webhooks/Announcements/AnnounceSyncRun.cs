using System.Globalization;
using Hub.SharedKernel.Data;
using Hub.Sync.Contracts;
using MediatR;

namespace Hub.Webhooks.Announcements;

/// <summary><c>sync.completed</c>, <c>sync.failed</c>, and, for those who are looking, <c>sync.progress</c> for every other move of a run.</summary>
internal sealed class AnnounceSyncRun(Db db, TimeProvider time) : INotificationHandler<SyncRunChanged>
{
    public Task Handle(SyncRunChanged notification, CancellationToken cancellationToken)
    {
        var ended = notification.Status is "completed" or "failed";
        return Announcer.Tell(db, notification.ScopePath, [new Announcement(ended ? $"sync.{notification.Status}" : "sync.progress", new
        {
            notification.RunId,
            notification.IntegrationId,
            notification.SyncType,
            notification.Status,
            notification.Processed,
            notification.Created,
            notification.Updated,
            notification.Unchanged,
            notification.Deleted,
            notification.Progress,
            error = Announcer.Text(notification.Error),
        }, string.Create(CultureInfo.InvariantCulture, $"integration:{notification.IntegrationId}"), LiveOnly: !ended)], time.GetUtcNow(), cancellationToken);
    }
}
