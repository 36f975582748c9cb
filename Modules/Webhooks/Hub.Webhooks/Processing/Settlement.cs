using Hub.SharedKernel.Data;

namespace Hub.Webhooks.Processing;

/// <summary>How an attempt ended.</summary>
/// <param name="Status">processed, ignored, failed or dead.</param>
/// <param name="StartedAt">When the attempt began.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Effects">What the reactions did.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="NextAttemptAt">When it is tried again; only for failed.</param>
internal sealed record Settlement(
    string Status, DateTimeOffset StartedAt, TimeSpan Took, IReadOnlyList<string> Effects, string? Error = null, DateTimeOffset? NextAttemptAt = null)
{
    private const int MaxError = 1000;

    /// <summary>Writes the event's new state and the attempt's record; nothing when the lease was lost meanwhile.</summary>
    public Task<int> Write(Db db, Claim claim, CancellationToken ct) => db.Execute(Sql, new
    {
        claim.Id,
        claim.LeaseToken,
        claim.Attempt,
        Status,
        StartedAt,
        durationMs = Took.TotalMilliseconds,
        effects = Effects,
        error = Clean(Error),
        NextAttemptAt,
        processedAt = Status is "processed" or "ignored" ? StartedAt + Took : (DateTimeOffset?)null,
    }, ct);

    private static string? Clean(string? error) => error?[..Math.Min(error.Length, MaxError)].Replace("\0", "", StringComparison.Ordinal);

    private const string Sql = """
        with settled as (
            update webhooks.inbox_events
            set status = @status, processed_at = @processedAt, duration_ms = @durationMs, last_error = @error, effects = @effects,
                next_attempt_at = coalesce(@nextAttemptAt, next_attempt_at), lease_until = null, lease_token = null
            where id = @id and status = 'processing' and lease_token = @leaseToken
            returning id
        )
        insert into webhooks.inbox_attempts (event_id, attempt, started_at, duration_ms, error)
        select id, @attempt, @startedAt, @durationMs, @error from settled
        """;
}
