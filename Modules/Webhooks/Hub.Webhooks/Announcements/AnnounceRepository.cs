using System.Globalization;
using Hub.SharedKernel.Data;
using Hub.Sync.Contracts;
using MediatR;

namespace Hub.Webhooks.Announcements;

/// <summary><c>commit.created</c>, <c>release.published</c> and <c>pull_request.*</c>.</summary>
internal sealed class AnnounceRepository(Db db, TimeProvider time) : INotificationHandler<RepositoryChanged>
{
    public Task Handle(RepositoryChanged notification, CancellationToken cancellationToken) => Announcer.Tell(
        db, notification.ScopePath, notification.Changes.Select(change => new Announcement(change.Event, new
        {
            change.RecordId,
            change.Key,
            notification.IntegrationId,
            notification.RepositoryId,
            repository = Announcer.Text(notification.Repository),
            title = Announcer.Text(change.Title),
            author = Announcer.Text(change.Author),
            branch = Announcer.Text(change.Branch),
            url = Announcer.Text(change.Url),
            change.At,
        }, string.Create(CultureInfo.InvariantCulture, $"{change.Event.Split('.')[0]}:{change.RecordId}"))), time.GetUtcNow(), cancellationToken);
}
