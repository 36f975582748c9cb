using Hub.SharedKernel.Data;
using Hub.SharedKernel.Workers;
using Hub.Webhooks.Inbound;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Webhooks.Sending;

/// <summary>Messages go when their time is over, with their deliveries; those that are still on their way stay.</summary>
internal sealed class MessagePruner(WorkerContext context, WebhookOptions options) : Worker(context)
{
    protected override string Channel => "hub_messages_prune";

    protected override TimeSpan Idle => TimeSpan.FromMinutes(10);

    public override async Task<int> Tick(CancellationToken ct)
    {
        await using var scope = Scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<Db>().Execute(Delete, new { before = Time.GetUtcNow() - TimeSpan.FromDays(options.RetentionDays) }, ct);
    }

    // In bites, so that no long transaction holds up the cleaning of the table.
    private const string Delete = """
        delete from webhooks.messages
        where id in (
            select m.id from webhooks.messages m
            where m.created_at < @before
                and not exists (select 1 from webhooks.deliveries d where d.message_id = m.id and d.status in ('pending', 'delivering'))
            order by m.created_at
            limit 1000)
        """;
}
