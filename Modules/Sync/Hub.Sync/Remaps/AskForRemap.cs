using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using Hub.Sync.Connectors;
using MediatR;

namespace Hub.Sync.Remaps;

/// <summary>
/// Whoever changes an integration may have changed its field mapping: its stored records are looked at from the beginning. The worker finds out whether
/// there is anything to do; one that was under way begins anew.
/// </summary>
internal sealed class AskForRemap(Db db, TimeProvider time, IEnumerable<IRecordMapping> mappings) : INotificationHandler<IntegrationChanged>
{
    public async Task Handle(IntegrationChanged notification, CancellationToken cancellationToken)
    {
        if (notification.Change is not IntegrationChange.Updated || !mappings.Any())
            return;
        await db.Execute(Ask, new
        {
            integrationId = notification.Integration.Id, notification.Integration.ScopePath, now = time.GetUtcNow(), channel = RemapWorker.Due,
        }, cancellationToken);
    }

    private const string Ask = """
        with asked as (
            insert into sync.remaps (integration_id, scope_path, asked_at)
            select @integrationId, @scopePath, @now
            where exists (select from sync.tickets where integration_id = @integrationId)
            on conflict (integration_id) do update set after_id = 0, asked_at = excluded.asked_at
            returning integration_id
        )
        select pg_notify(@channel, '') from asked
        """;
}
