using Hub.SharedKernel.Data;

namespace Hub.Sync.Runs;

/// <summary>
/// Remembers, in the transaction of an event, that an integration must be read. However often it is asked for, one run follows: as soon as no other run of the
/// integration is live, or some time later where the event itself told all there is.
/// </summary>
internal sealed class WantedReads(Db db, SyncOptions options, TimeProvider time)
{
    /// <param name="integrationId">What is to be read.</param>
    /// <param name="scopePath">Where it belongs, root first.</param>
    /// <param name="reason">Who wants it, as the run names it.</param>
    /// <param name="later">Once <c>Hub:Sync:EventReadMinutes</c> are over; nothing happens where that is 0.</param>
    /// <param name="ct">Cancels the write.</param>
    public Task Want(long integrationId, IReadOnlyList<long> scopePath, string reason, bool later, CancellationToken ct) =>
        later && options.EventReadMinutes <= 0 ? Task.CompletedTask : Add(integrationId, scopePath, "", reason, later ? options.EventReadMinutes : 0, ct);

    /// <summary>What a JQL query finds shall be read soon, whether it has a new time of update or not.</summary>
    /// <param name="integrationId">A Jira.</param>
    /// <param name="scopePath">Where it belongs, root first.</param>
    /// <param name="jql">A clause; several are read together.</param>
    /// <param name="reason">Who wants it, as the run names it.</param>
    /// <param name="ct">Cancels the write.</param>
    public Task Want(long integrationId, IReadOnlyList<long> scopePath, string jql, string reason, CancellationToken ct) =>
        Add(integrationId, scopePath, jql, reason, 0, ct);

    private Task<int> Add(long integrationId, IReadOnlyList<long> scopePath, string jql, string reason, double minutes, CancellationToken ct) =>
        db.Execute(Insert, new
        {
            integrationId, scopePath, jql, reason, wantedAt = time.GetUtcNow() + TimeSpan.FromMinutes(minutes), signal = RunSignals.Wanted,
        }, ct);

    private const string Insert = """
        with wanted as (
            insert into sync.wanted_reads as w (integration_id, jql, scope_path, reason, wanted_at)
            values (@integrationId, @jql, @scopePath, @reason, @wantedAt)
            on conflict (integration_id, jql) do update set wanted_at = excluded.wanted_at, reason = excluded.reason
            where excluded.wanted_at < w.wanted_at
            returning 1
        )
        select pg_notify(@signal, '') from wanted
        """;
}
