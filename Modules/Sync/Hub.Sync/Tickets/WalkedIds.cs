using Hub.SharedKernel.Data;

namespace Hub.Sync.Tickets;

/// <summary>What a walk met, compared with what is stored.</summary>
internal sealed class WalkedIds(Db db)
{
    /// <summary>External ids of live tickets that the walk did not meet; none when they are so many that a person is asked anyway.</summary>
    public async Task<IReadOnlyList<string>> Missing(Walk walk, double guardPercent, CancellationToken ct)
    {
        var stored = await db.One<long>(CountStored, walk, ct);
        var limit = (long)(stored * guardPercent / 100) + 1;
        var missing = await db.List<string>(ReadMissing, new { walk.RunId, walk.IntegrationId, walk.SiteKey, walk.Began, limit }, ct);
        return new Census(stored, missing.Count).Exceeds(guardPercent) ? [] : missing;
    }

    /// <summary>External ids that the walk met and that no live ticket has, after one of them, in their order.</summary>
    public Task<IReadOnlyList<string>> NotStored(Walk walk, string after, int limit, CancellationToken ct) =>
        db.List<string>(ReadNotStored, new { walk.RunId, walk.IntegrationId, walk.SiteKey, after, limit }, ct);

    private const string CountStored = """
        select count(*) from sync.tickets where integration_id = @integrationId and deleted_at is null
        """;

    // Tickets of another site are not asked for at this one.
    private const string ReadMissing = """
        select t.external_id
        from sync.tickets t
        where t.integration_id = @integrationId and t.site_key = @siteKey and t.deleted_at is null and t.updated_at <= @began
          and t.external_id not in (select unnest(ids) from sync.run_seen where run_id = @runId)
        limit @limit
        """;

    private const string ReadNotStored = """
        with seen as (select distinct unnest(ids) as external_id from sync.run_seen where run_id = @runId)
        select s.external_id
        from seen s
        where s.external_id > @after
          and not exists (
            select from sync.tickets t
            where t.integration_id = @integrationId and t.site_key = @siteKey and t.external_id = s.external_id and t.deleted_at is null)
        order by s.external_id
        limit @limit
        """;
}
