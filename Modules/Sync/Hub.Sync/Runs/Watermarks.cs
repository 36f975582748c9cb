using Hub.SharedKernel.Data;

namespace Hub.Sync.Runs;

/// <summary>How far an integration is synchronised, in the provider's own time and for one query.</summary>
internal sealed class Watermarks(Db db, TimeProvider time)
{
    /// <returns>Null when nothing was synchronised with this query yet.</returns>
    public Task<DateTimeOffset?> Find(long integrationId, byte[] queryHash, CancellationToken ct) =>
        db.First<DateTimeOffset?>(Read, new { integrationId, queryHash }, ct);

    /// <summary>Never backwards, unless the query is another one.</summary>
    public Task Advance(ClaimedRun run, byte[] queryHash, DateTimeOffset until, CancellationToken ct) =>
        db.Execute(Save, new { run.IntegrationId, run.ScopePath, queryHash, until, now = time.GetUtcNow() }, ct);

    private const string Read = """
        select updated_until from sync.watermarks where integration_id = @integrationId and query_hash = @queryHash
        """;

    private const string Save = """
        insert into sync.watermarks as w (integration_id, scope_path, query_hash, updated_until, saved_at)
        values (@integrationId, @scopePath, @queryHash, @until, @now)
        on conflict (integration_id) do update
        set query_hash = excluded.query_hash, updated_until = excluded.updated_until, saved_at = excluded.saved_at
        where w.query_hash <> excluded.query_hash or w.updated_until < excluded.updated_until
        """;
}
