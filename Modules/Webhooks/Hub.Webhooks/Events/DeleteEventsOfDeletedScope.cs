using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using MediatR;

namespace Hub.Webhooks.Events;

/// <summary>Nothing that a tenant, team or project received outlives it.</summary>
internal sealed class DeleteEventsOfDeletedScope(Db db) : INotificationHandler<ScopeDeleted>
{
    public async Task Handle(ScopeDeleted notification, CancellationToken cancellationToken)
    {
        foreach (var sql in (string[])[DeleteEvents, DeleteRejections, DeleteLiveEvents])
            await db.Execute(sql, new { notification.ScopeId }, cancellationToken);
    }

    private const string DeleteEvents = """
        with gone as (
            delete from webhooks.inbox_events where scope_path @> array[@scopeId]::bigint[] returning integration_id, delivery_id
        )
        delete from webhooks.inbox_keys k
        using gone
        where k.integration_id = gone.integration_id and k.delivery_id = gone.delivery_id
        """;

    private const string DeleteRejections = "delete from webhooks.rejections where scope_path @> array[@scopeId]::bigint[]";

    private const string DeleteLiveEvents = "delete from webhooks.live_events where scope_path @> array[@scopeId]::bigint[]";
}
