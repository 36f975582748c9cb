using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using MediatR;

namespace Hub.Sync.Runs;

/// <summary>
/// With an integration goes everything that was synchronised through it. Its runs go first: a page that is being written holds its run, so that
/// nothing can appear after the tickets are gone.
/// </summary>
internal sealed class ForgetDeletedIntegration(Db db) : INotificationHandler<IntegrationChanged>
{
    public async Task Handle(IntegrationChanged notification, CancellationToken cancellationToken)
    {
        if (notification.Change is not IntegrationChange.Deleted)
            return;
        var parameters = new { integrationId = notification.Integration.Id };
        await db.Execute(ForgetSeen, parameters, cancellationToken);
        await db.Execute(ForgetRuns, parameters, cancellationToken);
        await db.Execute(ForgetWatermark, parameters, cancellationToken);
        await db.Execute(ForgetTickets, parameters, cancellationToken);
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

    private const string ForgetTickets = """
        delete from sync.tickets where integration_id = @integrationId
        """;
}
