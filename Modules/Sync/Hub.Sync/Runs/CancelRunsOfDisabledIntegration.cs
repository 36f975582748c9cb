using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using Hub.Sync.Freshness;
using Hub.Sync.Schedules;
using MediatR;

namespace Hub.Sync.Runs;

/// <summary>
/// A disabled integration is not called any more: its schedule pauses, its live run ends at once, and nothing new is expected of it, all in the
/// transaction of the switch.
/// </summary>
internal sealed class CancelRunsOfDisabledIntegration(Db db, ScheduleStore schedules, ExpectedStreams streams, IMediator mediator, TimeProvider time) : INotificationHandler<IntegrationChanged>
{
    public async Task Handle(IntegrationChanged notification, CancellationToken cancellationToken)
    {
        if (notification is not { Change: IntegrationChange.Disabled or IntegrationChange.Updated, Integration.Enabled: false })
            return;
        await schedules.Pause(notification.Integration.Id, cancellationToken);
        var cancelled = await db.List<SyncRun>(Cancel, new { integrationId = notification.Integration.Id, now = time.GetUtcNow() }, cancellationToken);
        foreach (var run in cancelled)
            await mediator.Publish(run.Announce(), cancellationToken);
        await streams.Pause(notification.Integration.Id, cancellationToken);
    }

    private const string Cancel = $"""
        update sync.runs
        set status = 'cancelled', error = 'The integration was disabled.', completed_at = @now, lease_token = lease_token + 1, lease_until = null,
            wait_until = null, version = version + 1
        where integration_id = @integrationId and status in ('queued', 'running', 'waiting', 'quarantined')
        returning {SyncRun.Columns}, pg_notify('{RunSignals.Taken}', ''), pg_notify('{RunSignals.Moved}', '')
        """;
}
