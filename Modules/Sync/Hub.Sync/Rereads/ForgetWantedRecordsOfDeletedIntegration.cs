using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using MediatR;

namespace Hub.Sync.Rereads;

/// <summary>Nothing is read any more through an integration that is gone.</summary>
internal sealed class ForgetWantedRecordsOfDeletedIntegration(Db db) : INotificationHandler<IntegrationChanged>
{
    public async Task Handle(IntegrationChanged notification, CancellationToken cancellationToken)
    {
        if (notification.Change is IntegrationChange.Deleted)
            await db.Execute(Forget, new { integrationId = notification.Integration.Id }, cancellationToken);
    }

    private const string Forget = """
        delete from sync.wanted_records where integration_id = @integrationId
        """;
}
