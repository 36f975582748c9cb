using Hub.SharedKernel.Data;
using Hub.SharedKernel.Workers;
using Hub.Webhooks.Inbound;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Webhooks.Retention;

/// <summary>A delivery is known for a week longer than its event is kept; then its key goes, in small bites, and never before its event.</summary>
internal sealed class KeyPruner(WorkerContext context, WebhookOptions options) : Worker(context)
{
    private const int KnownForDays = 7;

    protected override string Channel => "hub_keys_prune";

    protected override TimeSpan Idle => TimeSpan.FromMinutes(10);

    public override async Task<int> Tick(CancellationToken ct)
    {
        await using var scope = Scopes.CreateAsyncScope();
        var before = DateOnly.FromDateTime(Time.GetUtcNow().UtcDateTime).AddDays(-options.RetentionDays - KnownForDays);
        return await scope.ServiceProvider.GetRequiredService<Db>().Execute(Delete, new { before }, ct);
    }

    private const string Delete = """
        delete from webhooks.inbox_keys
        where (integration_id, delivery_id) in (
            select integration_id, delivery_id
            from webhooks.inbox_keys
            where day < @before and day < (select min(day) from webhooks.days_of('inbox_events'))
            order by day
            limit 2000)
        """;
}
