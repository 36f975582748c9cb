using Hub.Integrations.Contracts;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Workers;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Runs;

/// <summary>
/// Turns what events told into runs once no other run of the integration is live: an incremental one, or one that reads what the wanted queries find.
/// </summary>
internal sealed class WantedReadWorker(WorkerContext context) : Worker(context)
{
    protected override string Channel => RunSignals.Wanted;

    public override async Task<int> Tick(CancellationToken ct)
    {
        await using var scope = Scopes.CreateAsyncScope();
        var (db, mediator) = (scope.ServiceProvider.GetRequiredService<Db>(), scope.ServiceProvider.GetRequiredService<IMediator>());
        await using var tx = await db.Begin(ct);
        var wanted = await db.List<Wanted>(Take, new { now = Time.GetUtcNow() }, ct);
        var (reads, done) = (new List<WantedRead>(), new List<Wanted>());
        foreach (var of in wanted.GroupBy(one => one.IntegrationId))
            if (await mediator.Send(new AskIntegration(of.Key, 1), ct) is { Enabled: true })
                reads.Add(WantedRead.Of([.. of]));
            else
                done.AddRange(of);
        var queued = await scope.ServiceProvider.GetRequiredService<RunQueue>().Enqueue([.. reads.Select(read => read.Run)], ct);
        foreach (var run in queued)
            await mediator.Publish(run.Announce(), ct);
        // Where somebody started a run meanwhile, the wish waits for its end.
        done.AddRange(reads.Where(read => queued.Any(run => run.IntegrationId == read.Run.IntegrationId)).SelectMany(read => read.Wishes));
        await db.Execute(Done, new { ids = done.Select(one => one.IntegrationId).ToArray(), jqls = done.Select(one => one.Jql).ToArray() }, ct);
        await tx.Commit(ct);
        return done.Count;
    }

    // The wishes of one integration together: an incremental run first, queries after it.
    private const string Take = """
        select w.integration_id, w.scope_path, w.jql, w.reason
        from (
            select integration_id from sync.wanted_reads where wanted_at <= @now group by integration_id order by min(wanted_at) limit 50
        ) due
        cross join lateral (
            select integration_id, scope_path, jql, reason
            from sync.wanted_reads
            where integration_id = due.integration_id and wanted_at <= @now
            order by jql
            limit 20
            for update skip locked
        ) w
        where not exists (
            select from sync.runs r where r.integration_id = due.integration_id and r.status in ('queued', 'running', 'waiting', 'quarantined'))
        """;

    private const string Done = """
        delete from sync.wanted_reads w
        using unnest(@ids::bigint[], @jqls::text[]) as done(integration_id, jql)
        where w.integration_id = done.integration_id and w.jql = done.jql
        """;
}

/// <param name="IntegrationId">What is to be read.</param>
/// <param name="ScopePath">Where it belongs.</param>
/// <param name="Jql">What to find; empty for everything that changed.</param>
/// <param name="Reason">Who wants it.</param>
internal sealed record Wanted(long IntegrationId, long[] ScopePath, string Jql, string Reason);

/// <param name="Run">The run that serves them.</param>
/// <param name="Wishes">What it serves.</param>
internal sealed record WantedRead(WantedRun Run, IReadOnlyList<Wanted> Wishes)
{
    public static WantedRead Of(IReadOnlyList<Wanted> wishes)
    {
        var first = wishes[0];
        var run = new WantedRun(first.IntegrationId, first.ScopePath, SyncType.Incremental, first.Reason);
        return first.Jql.Length == 0
            ? new WantedRead(run, [first])
            : new WantedRead(run with { SyncType = SyncType.Manual, Jql = string.Join(" OR ", wishes.Select(wish => wish.Jql)) }, wishes);
    }
}
