using Hub.SharedKernel.Data;
using Hub.Sync.Contracts;
using MediatR;

namespace Hub.Sync.Freshness;

/// <summary>Tells whoever shows health which data is too old.</summary>
internal sealed class AnswerFreshnessAlarms(Db db)
    : IRequestHandler<AskFreshnessAlarms, IReadOnlyList<FreshnessAlarm>>, IRequestHandler<CountFreshnessAlarms, FreshnessAlarmCounts>
{
    public Task<IReadOnlyList<FreshnessAlarm>> Handle(AskFreshnessAlarms request, CancellationToken cancellationToken) =>
        db.List<FreshnessAlarm>(Select, request, cancellationToken);

    public Task<FreshnessAlarmCounts> Handle(CountFreshnessAlarms request, CancellationToken cancellationToken) =>
        db.One<FreshnessAlarmCounts>(Count, request, cancellationToken);

    private const string Select = $"""
        select f.stream, f.alarm, f.breached_since as since, f.fresh_as_of, t.minutes as target_minutes
        from {StreamFreshness.From}
        where f.integration_id = @integrationId and f.alarm is not null and f.scope_path @> array[@callerScopeId]::bigint[]
        order by f.stream
        """;

    private const string Count = """
        select count(*) filter (where alarm = 'stale') as stale, count(*) filter (where alarm = 'empty_success') as empty_success
        from sync.stream_freshness
        where alarm is not null and scope_path @> array[@callerScopeId]::bigint[]
        """;
}
