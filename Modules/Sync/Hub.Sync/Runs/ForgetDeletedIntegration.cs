using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using Hub.Sync.Changes;
using Hub.Sync.Schedules;
using MediatR;

namespace Hub.Sync.Runs;

/// <summary>
/// With an integration goes everything that was synchronised through it. Its schedule goes first, so that it starts no run any more; then its runs: a page
/// that is being written holds its run, so that nothing can appear after the tickets are gone.
/// </summary>
internal sealed class ForgetDeletedIntegration(Db db, ScheduleStore schedules, ChangeFeed changes) : INotificationHandler<IntegrationChanged>
{
    public async Task Handle(IntegrationChanged notification, CancellationToken cancellationToken)
    {
        if (notification.Change is not IntegrationChange.Deleted)
            return;
        var parameters = new { integrationId = notification.Integration.Id };
        await schedules.Forget(notification.Integration.Id, cancellationToken);
        await db.Execute(ForgetSeen, parameters, cancellationToken);
        await db.Execute(ForgetRuns, parameters, cancellationToken);
        await db.Execute(ForgetWatermark, parameters, cancellationToken);
        await db.Execute(ForgetFreshness, parameters, cancellationToken);
        await db.Execute(ForgetRemap, parameters, cancellationToken);
        await db.Execute(ForgetDetails, parameters, cancellationToken);
        // In this order: an indexer that is at one of the tickets holds its due row, and is waited for.
        await db.Execute(ForgetDue, parameters, cancellationToken);
        await db.Execute(ForgetCreations, parameters, cancellationToken);
        await db.Execute(ForgetTickets, parameters, cancellationToken);
        await db.Execute(ForgetChanges, new { parameters.integrationId, scopeId = notification.Integration.ScopeId }, cancellationToken);
        await changes.Append(notification.Integration.Id, notification.Integration.ScopePath, "integration",
            [new RecordChange($"{notification.Integration.Id}", notification.Integration.Name, RecordChangeKind.Deleted)], cancellationToken);
    }

    private const string ForgetSeen = """
        delete from sync.run_seen where run_id in (select id from sync.runs where integration_id = @integrationId for update)
        """;

    private const string ForgetRuns = $"""
        with gone as (delete from sync.runs where integration_id = @integrationId returning id)
        select pg_notify('{RunSignals.Taken}', ''), pg_notify('{RunSignals.Moved}', '') from gone limit 1
        """;

    private const string ForgetWatermark = """
        delete from sync.watermarks where integration_id = @integrationId
        """;

    private const string ForgetFreshness = """
        delete from sync.stream_freshness where integration_id = @integrationId
        """;

    private const string ForgetRemap = """
        delete from sync.remaps where integration_id = @integrationId
        """;

    private const string ForgetDetails = """
        with dues as (delete from sync.ticket_details_due where integration_id = @integrationId),
            streams as (delete from sync.detail_streams where integration_id = @integrationId),
            census as (delete from sync.censuses where integration_id = @integrationId)
        delete from sync.ticket_details where integration_id = @integrationId
        """;

    private const string ForgetDue = """
        delete from sync.ticket_search_due where ticket_id in (select id from sync.tickets where integration_id = @integrationId)
        """;

    private const string ForgetCreations = """
        delete from sync.ticket_creations where integration_id = @integrationId
        """;

    private const string ForgetTickets = """
        with gone as (
            delete from sync.tickets where integration_id = @integrationId returning id
        ), words as (
            delete from sync.ticket_search where ticket_id in (select id from gone)
        )
        delete from sync.ticket_versions where ticket_id in (select id from gone)
        """;

    private const string ForgetChanges = """
        delete from sync.changes where scope_id = @scopeId and integration_id = @integrationId
        """;
}
