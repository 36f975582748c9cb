using Hub.SharedKernel.Data;
using Hub.Sync.Contracts;
using MediatR;

namespace Hub.Sync.Figures;

/// <summary>Adds up runs for whoever shows how integrations are doing; one statement however many integrations there are.</summary>
internal sealed class AnswerSyncFigures(Db db, TimeProvider time) : IRequestHandler<AskSyncFigures, IReadOnlyList<SyncFigures>>
{
    private static readonly TimeSpan FreshAtAll = TimeSpan.FromDays(7);

    public async Task<IReadOnlyList<SyncFigures>> Handle(AskSyncFigures request, CancellationToken cancellationToken)
    {
        var week = time.GetUtcNow() - FreshAtAll;
        var rows = await db.List<SyncFigures>(
            Select, new { caller = request.CallerScopeId, request.Since, ended = request.Since < week ? request.Since : week }, cancellationToken);
        var stalest = rows.Where(row => row.IntegrationId is not null).Min(row => row.FreshAsOf);
        return [.. rows.Select(row => row.IntegrationId is null ? row with { FreshAsOf = stalest } : row)];
    }

    private const string Select = """
        select integration_id,
               count(*) filter (where status = 'completed' and completed_at >= @since) as completed,
               count(*) filter (where status = 'failed' and completed_at >= @since) as failed,
               percentile_cont(0.5) within group (order by extract(epoch from completed_at - started_at)::double precision * 1000)
                   filter (where status = 'completed' and completed_at >= @since) as duration_p50,
               percentile_cont(0.95) within group (order by extract(epoch from completed_at - started_at)::double precision * 1000)
                   filter (where status = 'completed' and completed_at >= @since) as duration_p95,
               coalesce(sum(processed) filter (where completed_at >= @since), 0)::bigint as records_read,
               coalesce(sum(created + updated + deleted) filter (where completed_at >= @since), 0)::bigint as records_changed,
               max(started_at) filter (where status = 'completed' and sync_type <> 'manual') as fresh_as_of
        from sync.runs
        where scope_path @> array[@caller]::bigint[] and completed_at >= @ended
        group by grouping sets ((integration_id), ())
        """;
}
