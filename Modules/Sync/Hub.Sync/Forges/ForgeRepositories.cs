using System.Globalization;
using Hub.SharedKernel.Data;
using Hub.Sync.Changes;
using Hub.Sync.Github.Streams;

namespace Hub.Sync.Forges;

/// <summary>Repositories that are known from events only.</summary>
internal sealed class ForgeRepositories(Db db, ChangeFeed feed, TimeProvider time)
{
    /// <summary>Notes what an event shows of it, inside the event's transaction.</summary>
    /// <returns>Null when it is not known and too little is told.</returns>
    public async Task<Repo?> Note(long integrationId, IReadOnlyList<long> scopePath, string provider, ForgeRepository told, CancellationToken ct)
    {
        if (told.FullName is not null)
        {
            // The first one is the current one, and of two that come at the same moment one is the first.
            await db.Execute(TakeTurn, new { integrationId }, ct);
            var noted = await db.First<Noted>(Upsert, new
            {
                integrationId, scopePath, scopeId = scopePath[^1], provider, repositoryId = told.Id, told.FullName, told.DefaultBranch, told.Private,
                told.Description, told.Url, now = time.GetUtcNow(),
            }, ct);
            if (noted is not null)
            {
                var kind = noted.Version == 1 ? RecordChangeKind.Created : RecordChangeKind.Updated;
                var change = new RecordChange(noted.Id.ToString(CultureInfo.InvariantCulture), told.FullName, kind, noted.Version);
                await feed.Append(integrationId, scopePath, "repository", [change], ct);
            }
        }

        return await db.First<Repo>(Find, new { integrationId, repositoryId = told.Id }, ct);
    }

    private sealed record Noted(long Id, long Version);

    private const string TakeTurn = """
        select pg_advisory_xact_lock(hashtextextended('hub.first_repository', @integrationId))
        where not exists (select from sync.repositories where integration_id = @integrationId and current)
        """;

    private const string Find = """
        select integration_id, scope_path, repository_id, full_name, default_branch, can_push
        from sync.repositories
        where integration_id = @integrationId and repository_id = @repositoryId
        """;

    private const string Upsert = """
        insert into sync.repositories as t (
            integration_id, scope_id, scope_path, repository_id, provider, current, configured_name, full_name, default_branch, can_push, private, archived,
            disabled, fork, description, topics, languages, html_url, raw, content_hash, hash_version, created_at, updated_at)
        values (
            @integrationId, @scopeId, @scopePath, @repositoryId, @provider,
            not exists (select from sync.repositories where integration_id = @integrationId and current), @fullName, @fullName,
            coalesce(@defaultBranch, 'main'), false, @private, false, false, false, @description, '{}', '{}', @url, '', '', 0, @now, @now)
        on conflict (integration_id, repository_id) do update set
            full_name = excluded.full_name, default_branch = coalesce(@defaultBranch, t.default_branch), private = excluded.private,
            description = coalesce(excluded.description, t.description), html_url = coalesce(excluded.html_url, t.html_url),
            version = t.version + 1, updated_at = excluded.updated_at
        where (t.full_name, t.default_branch, t.private, t.description, t.html_url) is distinct from (
            excluded.full_name, coalesce(@defaultBranch, t.default_branch), excluded.private, coalesce(excluded.description, t.description),
            coalesce(excluded.html_url, t.html_url))
        returning t.id, t.version
        """;
}
