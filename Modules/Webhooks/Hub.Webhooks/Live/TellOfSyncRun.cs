using Hub.SharedKernel.Data;
using Hub.Sync.Contracts;
using MediatR;

namespace Hub.Webhooks.Live;

/// <summary><c>sync.completed</c>, <c>sync.failed</c>, and <c>sync.progress</c> for every other move of a run.</summary>
internal sealed class TellOfSyncRun(Db db) : INotificationHandler<SyncRunChanged>
{
    public Task Handle(SyncRunChanged notification, CancellationToken cancellationToken) => LiveLog.Tell(
        db, notification.ScopePath, [(notification.Status is "completed" or "failed" ? $"sync.{notification.Status}" : "sync.progress", new
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
            error = LiveLog.Text(notification.Error),
        })], cancellationToken);
}
