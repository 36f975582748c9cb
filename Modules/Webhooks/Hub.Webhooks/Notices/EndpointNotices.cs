using Hub.SharedKernel.Data;

namespace Hub.Webhooks.Notices;

/// <summary>What there is to say about a turn of an endpoint.</summary>
/// <param name="HappenedAt">When.</param>
/// <param name="FailingSince">Since when nothing is, or was, accepted.</param>
/// <param name="Failures">How many in a row were not accepted.</param>
/// <param name="LastError">Why the last one was not.</param>
internal sealed record NoticeFacts(DateTimeOffset HappenedAt, DateTimeOffset? FailingSince, int Failures, string? LastError);

/// <summary>
/// Notes for an endpoint's owner, written in the transaction of the turn. One of a kind waits at a time, and goes out an hour after the last of its kind at
/// the earliest: an endpoint that comes and goes does not flood anybody.
/// </summary>
internal static class EndpointNotices
{
    public static readonly TimeSpan BetweenTwo = TimeSpan.FromHours(1);

    /// <param name="db">The open transaction, which holds the endpoint's row.</param>
    /// <param name="endpointId">Whose.</param>
    /// <param name="kind">See <c>EndpointNews</c>.</param>
    /// <param name="facts">What to say.</param>
    /// <param name="ct">Cancels the write.</param>
    public static Task Write(Db db, long endpointId, string kind, NoticeFacts facts, CancellationToken ct) => db.Execute(Insert, new
    {
        id = Guid.CreateVersion7(facts.HappenedAt),
        endpointId,
        kind,
        facts.HappenedAt,
        facts.FailingSince,
        facts.Failures,
        facts.LastError,
        pause = BetweenTwo,
    }, ct);

    private const string Insert = """
        with written as (
            insert into webhooks.endpoint_notices (id, endpoint_id, kind, happened_at, failing_since, failures, last_error, next_attempt_at, created_at)
            select @id, p.id, @kind, @happenedAt, @failingSince, @failures, @lastError, greatest(@happenedAt, (
                select max(n.completed_at) + @pause from webhooks.endpoint_notices n where n.endpoint_id = p.id and n.kind = @kind and n.status = 'sent')), @happenedAt
            from webhooks.endpoints p
            where p.id = @endpointId and p.contact_email is not null
            on conflict (endpoint_id, kind) where status = 'pending' do update
            set happened_at = excluded.happened_at, failing_since = excluded.failing_since, failures = excluded.failures, last_error = excluded.last_error
            returning 1
        )
        select case when exists (select 1 from written) then pg_notify('hub_endpoint_notices', '') end
        """;
}
