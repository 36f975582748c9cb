using System.Security.Cryptography;
using System.Text;
using Hub.SharedKernel.Data;

namespace Hub.Sync.Github.Api;

/// <summary>An answer that GitHub gave before.</summary>
/// <param name="Etag">Exactly as received.</param>
/// <param name="LastModified">The same.</param>
/// <param name="Link">Where the next page is: a 304 does not say it again.</param>
/// <param name="Body">See <see cref="Deflated"/>.</param>
/// <param name="UsedAt">When it was last of use.</param>
internal sealed record KeptAnswer(string? Etag, string? LastModified, string? Link, byte[] Body, DateTimeOffset UsedAt);

/// <summary>
/// Answers kept by integration, credential and address, so that GitHub can say that nothing changed, which costs nothing of the hourly limit. Another
/// credential may see another answer and never gets this one. Bounded per integration; what is not asked for again goes.
/// </summary>
internal sealed class HttpCache(Db db, TimeProvider time)
{
    /// <summary>Larger answers are not kept.</summary>
    public const int LargestBody = 2 * 1024 * 1024;

    private const int MostBytes = 32 * 1024 * 1024;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    public Task<KeptAnswer?> Find(long integrationId, string credential, string url, CancellationToken ct) =>
        db.First<KeptAnswer>(Select, new { integrationId, credential, urlHash = Hash(url) }, ct);

    public async Task Keep(long integrationId, string credential, string url, KeptAnswer answer, CancellationToken ct) => await db.Execute(Upsert, new
    {
        integrationId,
        credential,
        urlHash = Hash(url),
        answer.Etag,
        answer.LastModified,
        answer.Link,
        answer.Body,
        size = answer.Body.Length,
        answer.UsedAt,
    }, ct);

    /// <summary>Forgets what was of no use for a month and, beyond the bound, what was of use longest ago.</summary>
    public Task Prune(long integrationId, CancellationToken ct) =>
        db.Execute(Delete, new { integrationId, before = time.GetUtcNow() - Longest, most = MostBytes }, ct);

    private static byte[] Hash(string url) => SHA256.HashData(Encoding.UTF8.GetBytes(url));

    private const string Select = """
        select etag, last_modified, link, body, used_at
        from sync.http_cache
        where integration_id = @integrationId and credential = @credential and url_hash = @urlHash
        """;

    // Only during a run: what an integration left behind goes with its runs.
    private const string Upsert = """
        insert into sync.http_cache (integration_id, credential, url_hash, etag, last_modified, link, body, size, used_at)
        select @integrationId, @credential, @urlHash, @etag, @lastModified, @link, @body, @size, @usedAt
        where exists (select from sync.runs where integration_id = @integrationId and status = 'running')
        on conflict (integration_id, credential, url_hash) do update set
            etag = excluded.etag, last_modified = excluded.last_modified, link = excluded.link, body = excluded.body, size = excluded.size,
            used_at = excluded.used_at
        """;

    private const string Delete = """
        delete from sync.http_cache c
        using (
            select credential, url_hash, used_at,
                sum(size) over (order by used_at desc, url_hash rows between unbounded preceding and current row) as until_here
            from sync.http_cache
            where integration_id = @integrationId
        ) kept
        where c.integration_id = @integrationId and c.credential = kept.credential and c.url_hash = kept.url_hash
          and (kept.used_at < @before or kept.until_here > @most)
        """;
}
