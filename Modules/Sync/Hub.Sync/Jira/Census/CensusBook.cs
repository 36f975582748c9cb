using Hub.SharedKernel.Data;
using Hub.Sync.Runs;

namespace Hub.Sync.Jira.Census;

/// <summary>When the ids of an integration were last compared with its site's.</summary>
internal sealed class CensusBook(Db db, TimeProvider time)
{
    /// <summary>
    /// Whether a census is due: what the query finds was read before, but not compared for so long. A first run reads everything itself.
    /// </summary>
    public async Task<bool> IsDue(long integrationId, byte[] queryHash, double hours, CancellationToken ct) =>
        hours > 0 && await db.First<bool?>(FindDue, new { integrationId, queryHash, before = time.GetUtcNow() - TimeSpan.FromHours(hours) }, ct) is true;

    /// <summary>It was compared; inside the caller's transaction.</summary>
    public Task Close(ClaimedRun run, byte[] queryHash, CancellationToken ct) =>
        db.Execute(Save, new { run.IntegrationId, queryHash, now = time.GetUtcNow() }, ct);

    /// <summary>The next incremental run compares again, however long the last comparison is ago.</summary>
    public Task Hasten(long integrationId, CancellationToken ct) => db.Execute(Forget, new { integrationId }, ct);

    private const string Forget = """
        delete from sync.censuses where integration_id = @integrationId
        """;

    private const string FindDue = """
        select true
        from sync.watermarks w
        where w.integration_id = @integrationId and w.query_hash = @queryHash and not exists (
            select from sync.censuses c where c.integration_id = w.integration_id and c.query_hash = w.query_hash and c.done_at > @before)
        """;

    private const string Save = """
        insert into sync.censuses (integration_id, query_hash, done_at) values (@integrationId, @queryHash, @now)
        on conflict (integration_id) do update set query_hash = excluded.query_hash, done_at = excluded.done_at
        """;
}
