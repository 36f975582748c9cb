using Hub.Integrations.Contracts;
using Hub.Sync.Freshness;
using MediatR;

namespace Hub.Sync.Schedules;

/// <summary>
/// The schedule of an integration that is enabled again goes on from that moment, and from then on its data is expected. (Both were paused where the live run
/// is cancelled: schedules are locked before runs, and runs before what they read.)
/// </summary>
internal sealed class ResumeScheduleOfEnabledIntegration(ScheduleStore schedules, ExpectedStreams streams) : INotificationHandler<IntegrationChanged>
{
    public async Task Handle(IntegrationChanged notification, CancellationToken cancellationToken)
    {
        if (notification is not { Change: IntegrationChange.Enabled or IntegrationChange.Updated, Integration.Enabled: true })
            return;
        await schedules.Resume(notification.Integration.Id, cancellationToken);
        await streams.Resume(notification.Integration.Id, cancellationToken);
    }
}
