using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using MediatR;

namespace Hub.Webhooks.Endpoints;

/// <summary>Nobody is told any more of what a deleted scope had, and nothing of it stays.</summary>
internal sealed class DeleteEndpointsOfDeletedScope(Db db) : INotificationHandler<ScopeDeleted>
{
    public async Task Handle(ScopeDeleted notification, CancellationToken cancellationToken)
    {
        await db.Execute(DeleteDeliveries, new { notification.ScopeId }, cancellationToken);
        await db.Execute(DeleteEndpoints, new { notification.ScopeId }, cancellationToken);
        await db.Execute(DeleteMessages, new { notification.ScopeId }, cancellationToken);
        await db.Execute(DeleteEventTypes, new { notification.ScopeId }, cancellationToken);
    }

    private const string DeleteDeliveries = """
        delete from webhooks.deliveries
        where endpoint_id in (select id from webhooks.endpoints where scope_path @> array[@scopeId]::bigint[])
        """;

    private const string DeleteEndpoints = "delete from webhooks.endpoints where scope_path @> array[@scopeId]::bigint[]";

    private const string DeleteMessages = "delete from webhooks.messages where scope_path @> array[@scopeId]::bigint[]";

    private const string DeleteEventTypes = "delete from webhooks.event_types where scope_path @> array[@scopeId]::bigint[]";
}
