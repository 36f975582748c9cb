using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using MediatR;

namespace Hub.Webhooks.Processing;

/// <summary>What an integration had sent and nobody processed yet is of no use once it is deleted; the record of it stays.</summary>
internal sealed class IgnoreEventsOfDeletedIntegration(Db db) : INotificationHandler<IntegrationChanged>
{
    public Task Handle(IntegrationChanged notification, CancellationToken cancellationToken) => notification.Change is IntegrationChange.Deleted
        ? db.Execute(Update, new { notification.Integration.Id }, cancellationToken)
        : Task.CompletedTask;

    private const string Update = """
        update webhooks.inbox_events
        set status = 'ignored', last_error = 'the integration was deleted', lease_until = null, lease_token = null
        where integration_id = @id and status in ('pending', 'failed')
        """;
}
