using System.Text.Json;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Http;

namespace Hub.Webhooks.Processing;

/// <summary>How an attempt ended.</summary>
/// <param name="Id">The event.</param>
/// <param name="LeaseToken">Under which it was held: without it nothing is written.</param>
/// <param name="Attempt">Which attempt it was.</param>
/// <param name="Status">processed, ignored, failed or dead.</param>
/// <param name="StartedAt">When the attempt began.</param>
/// <param name="DurationMs">How long it took.</param>
/// <param name="Effects">What the reactions did.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="NextAttemptAt">When it is tried again; only for failed.</param>
internal sealed record Settlement(
    Guid Id, Guid LeaseToken, int Attempt, string Status, DateTimeOffset StartedAt, double DurationMs,
    IReadOnlyList<string> Effects, string? Error = null, DateTimeOffset? NextAttemptAt = null)
{
    private const int MaxText = 1000;

    /// <summary>Writes the events' new states and the attempts' records in one statement.</summary>
    public static Task<int> Write(Db db, IEnumerable<Settlement> settlements, CancellationToken ct) => db.Execute(Sql, new
    {
        rows = JsonSerializer.SerializeToElement(settlements.Select(Storable), HubJson.Options),
    }, ct);

    private static Settlement Storable(Settlement one) =>
        one with { Effects = [.. one.Effects.Select(Clean)], Error = one.Error is { } error ? Clean(error) : null };

    private static string Clean(string text) => text[..Math.Min(text.Length, MaxText)].Replace("\0", "", StringComparison.Ordinal);

    private const string Sql = """
        with ended as (
            select * from jsonb_to_recordset(@rows) as r (
                id uuid, lease_token uuid, attempt int, status text, started_at timestamptz, duration_ms double precision, effects text[], error text,
                next_attempt_at timestamptz)
        ), settled as (
            update webhooks.inbox_events e
            set status = ended.status, duration_ms = ended.duration_ms, last_error = ended.error, effects = ended.effects,
                processed_at = case when ended.status in ('processed', 'ignored') then ended.started_at + make_interval(secs => ended.duration_ms / 1000) end,
                next_attempt_at = coalesce(ended.next_attempt_at, e.next_attempt_at), lease_until = null, lease_token = null
            from ended
            where e.id = ended.id and e.status = 'processing' and e.lease_token = ended.lease_token
            returning e.id, e.seq
        )
        insert into webhooks.inbox_attempts (event_id, attempt, started_at, duration_ms, error)
        select settled.id, ended.attempt, ended.started_at, ended.duration_ms, ended.error
        from settled join ended on ended.id = settled.id
        order by settled.seq
        """;
}
