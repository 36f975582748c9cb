using Hub.SharedKernel.Data;
using Hub.Webhooks.Contracts;
using MediatR;

namespace Hub.Webhooks.Figures;

/// <summary>Adds up received events for whoever shows how integrations are doing; one statement however many integrations there are.</summary>
internal sealed class AnswerWebhookFigures(Db db) : IRequestHandler<AskWebhookFigures, IReadOnlyList<WebhookFigures>>
{
    public Task<IReadOnlyList<WebhookFigures>> Handle(AskWebhookFigures request, CancellationToken cancellationToken) =>
        db.List<WebhookFigures>(Select, new { caller = request.CallerScopeId, request.Since }, cancellationToken);

    private const string Select = """
        select integration_id,
               count(*) as received,
               count(*) filter (where status = 'processed') as processed,
               count(*) filter (where status = 'ignored') as ignored,
               count(*) filter (where status in ('pending', 'processing', 'failed')) as pending,
               count(*) filter (where status = 'dead') as dead,
               coalesce(sum(payload_size), 0)::bigint as bytes,
               percentile_cont(0.5) within group (order by duration_ms) as processing_p50,
               percentile_cont(0.95) within group (order by duration_ms) as processing_p95,
               percentile_cont(0.99) within group (order by duration_ms) as processing_p99
        from webhooks.inbox_events
        where scope_path @> array[@caller]::bigint[] and received_at >= @since and day >= (@since::timestamptz at time zone 'UTC')::date
        group by grouping sets ((integration_id), ())
        """;
}
