using Hub.Integrations.Contracts;
using Hub.SharedKernel.Auditing;
using Hub.SharedKernel.Data;
using MediatR;

namespace Hub.Integrations.Integrations;

/// <summary>What belonged to a deleted scope, or to one below it, goes with it.</summary>
internal sealed class DeleteIntegrationsOfDeletedScope(Db db, Audit audit, IMediator mediator) : INotificationHandler<ScopeDeleted>
{
    public async Task Handle(ScopeDeleted notification, CancellationToken cancellationToken)
    {
        foreach (var row in await db.List<IntegrationRow>(Delete, new { notification.ScopeId }, cancellationToken))
        {
            await mediator.Publish(new IntegrationChanged(row.Info(), IntegrationChange.Deleted), cancellationToken);
            await audit.Record(
                "integration.deleted", "integration", row.Id, row.ScopePath,
                IntegrationDiff.Between(row, null, row.Secrets.Select(pair => pair.Key)), cancellationToken);
        }
    }

    private const string Delete = $"""
        delete from integrations.integrations where scope_path @> array[@scopeId]::bigint[]
        returning {IntegrationRow.Columns}
        """;
}
