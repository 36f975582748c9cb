using Hub.SharedKernel.Data;
using Hub.SharedKernel.Workers;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Webhooks.Live;

/// <summary>Live events are for those who are looking: a day later they go, and the place up to which they are gone is remembered.</summary>
internal sealed class LivePruner(WorkerContext context) : Worker(context)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    protected override string Channel => "hub_live_prune";

    protected override TimeSpan Idle => TimeSpan.FromMinutes(10);

    public override async Task<int> Tick(CancellationToken ct)
    {
        await using var scope = Scopes.CreateAsyncScope();
        return (int)await scope.ServiceProvider.GetRequiredService<Db>().One<long>(Sql, new { before = Time.GetUtcNow() - KeptFor }, ct);
    }

    private const string Sql = """
        with pruned as (
            delete from webhooks.live_events
            where (xid, id) in (select xid, id from webhooks.live_events where created_at < @before order by xid, id limit 10000)
            returning xid, id
        ), remembered as (
            insert into webhooks.live_pruned (xid, id)
            select xid, id from pruned order by xid desc, id desc limit 1
            on conflict (only_row) do update set xid = excluded.xid, id = excluded.id
            where (excluded.xid, excluded.id) > (webhooks.live_pruned.xid, webhooks.live_pruned.id)
        )
        select count(*) from pruned
        """;
}
