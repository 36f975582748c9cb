using System.Text.Json;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Http;

namespace Hub.Webhooks.Processing;

/// <summary>How an attempt ended.</summary>
/// <param name="Id">The event.</param>
/// <param name="Day">The day under which it is stored.</param>
/// <param name="LeaseToken">Under which it was held: without it nothing is written.</param>
/// <param name="Attempt">Which attempt it was.</param>
/// <param name="Status">processed, ignored, failed or dead.</param>
/// <param name="StartedAt">When the attempt began.</param>
/// <param name="DurationMs">How long it took.</param>
/// <param name="Effects">What the reactions did.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="NextAttemptAt">When it is tried again; only for failed.</param>
internal sealed record Settlement(
    Guid Id, DateOnly Day, Guid LeaseToken, int Attempt, string Status, DateTimeOffset StartedAt, double DurationMs,
    IReadOnlyList<string> Effects, string? Error = null, DateTimeOffset? NextAttemptAt = null)
{
    private const int MaxText = 1000;

    /// <summary>Attempts that a row keeps, the newest.</summary>
    private const int MaxAttempts = 50;

    /// <summary>Writes the events' new states and the attempts' records in one statement.</summary>
    public static async Task<int> Write(Db db, IReadOnlyCollection<Settlement> settlements, CancellationToken ct) => settlements.Count == 0 ? 0
        : await db.Execute(Sql, new
        {
            rows = JsonSerializer.SerializeToElement(settlements.Select(one => one.Row()), HubJson.Options),
            ids = settlements.Select(one => one.Id).ToArray(),
            days = settlements.Select(one => one.Day).Distinct().ToArray(),
            most = MaxAttempts,
        }, ct);

    private object Row()
    {
        var error = Error is { } text ? Clean(text) : null;
        return new
        {
            Id,
            LeaseToken,
            Attempt,
            Status,
            StartedAt,
            DurationMs,
            effects = Effects.Select(Clean),
            error,
            NextAttemptAt,
            record = new { Attempt, StartedAt, DurationMs, error },
        };
    }

    private static string Clean(string text) => text[..Math.Min(text.Length, MaxText)].Replace("\0", "", StringComparison.Ordinal);

    private const string Sql = """
        with ended as (
            select * from jsonb_to_recordset(@rows) as r (
                id uuid, lease_token uuid, attempt int, status text, started_at timestamptz, duration_ms double precision, effects text[], error text,
                next_attempt_at timestamptz, record jsonb)
        )
        update webhooks.inbox_events e
        set status = ended.status, attempt = ended.attempt, duration_ms = ended.duration_ms, last_error = ended.error, effects = ended.effects,
            processed_at = case when ended.status in ('processed', 'ignored') then ended.started_at + make_interval(secs => ended.duration_ms / 1000) end,
            next_attempt_at = coalesce(ended.next_attempt_at, e.next_attempt_at), lease_until = null, lease_token = null,
            attempts = case when jsonb_array_length(e.attempts) < @most then e.attempts else e.attempts - 0 end || jsonb_build_array(ended.record)
        from ended
        where e.id = any(@ids) and e.day = any(@days) and e.id = ended.id and e.status = 'processing' and e.lease_token = ended.lease_token
        """;
}
