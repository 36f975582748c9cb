using Hub.SharedKernel.Data;
using Hub.SharedKernel.Workers;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Changes;

/// <summary>Lets old changes and old entries of histories go, a batch at a time, and remembers up to where the feed is gone.</summary>
internal sealed class ChangePruner(WorkerContext context, RetentionOptions options) : Worker(context)
{
    protected override string Channel => "hub_changes_prune";

    protected override TimeSpan Idle => TimeSpan.FromMinutes(10);

    public override async Task<int> Tick(CancellationToken ct)
    {
        await using var scope = Scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        var now = Time.GetUtcNow();
        return await db.One<int>(PruneChanges, new { before = now.AddDays(-options.ChangesDays) }, ct)
            + await db.Execute(PruneHistory, new { before = now.AddDays(-options.HistoryDays) }, ct);
    }

    private const string PruneChanges = """
        with pruned as (
            delete from sync.changes
            where (xid, id) in (select xid, id from sync.changes where changed_at < @before order by xid, id limit 10000)
            returning xid, id
        ), remembered as (
            insert into sync.changes_pruned as p (xid, id)
            select xid, id from pruned order by xid desc, id desc limit 1
            on conflict (only_row) do update set xid = excluded.xid, id = excluded.id
            where (excluded.xid, excluded.id) > (p.xid, p.id)
        )
        select count(*)::int from pruned
        """;

    private const string PruneHistory = """
        delete from sync.ticket_versions
        where (ticket_id, version) in (select ticket_id, version from sync.ticket_versions where changed_at < @before limit 10000)
        """;
}
