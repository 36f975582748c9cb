using Hub.SharedKernel.Data;
using Hub.SharedKernel.Workers;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Freshness;

/// <summary>Judges each minute how old everything is, and measures it.</summary>
internal sealed class FreshnessWorker(WorkerContext context, FreshnessMetrics metrics) : Worker(context)
{
    protected override string Channel => "sync_freshness";

    protected override TimeSpan Idle => TimeSpan.FromMinutes(1);

    public override async Task<int> Tick(CancellationToken ct)
    {
        await using var scope = Scopes.CreateAsyncScope();
        var changed = await scope.ServiceProvider.GetRequiredService<FreshnessJudge>().JudgeAll(ct);
        if (changed < FreshnessJudge.Batch)
            metrics.Census(await scope.ServiceProvider.GetRequiredService<Db>().List<StreamCensus>(Measure, new { now = Time.GetUtcNow() }, ct));
        return changed;
    }

    private const string Measure = """
        select integration_type, stream,
               max(extract(epoch from @now - fresh_as_of)::double precision) as worst_age,
               percentile_cont(0.5) within group (order by extract(epoch from @now - fresh_as_of)::double precision) as median_age,
               count(*) filter (where alarm = 'stale') as stale, count(*) filter (where alarm = 'empty_success') as empty
        from sync.stream_freshness
        where not paused
        group by integration_type, stream
        """;
}
