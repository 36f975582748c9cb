using System.Text.Json;
using Hub.SharedKernel.Data;
using Hub.Sync.Connectors;
using Hub.Sync.Github.Api;
using Hub.Sync.Github.Streams;
using Hub.Sync.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Github.Repository;

/// <summary>
/// The repository itself with its languages. Known by its number, so that it stays the same one when it is renamed or transferred, and nobody who takes its
/// old name comes in its place. One that is gone or no longer shared stops the run; nothing is deleted.
/// </summary>
internal sealed class RepositoryStream(GithubSession session) : IStream
{
    public const string StreamName = "repository";

    public const string Gone =
        "The repository was deleted, or is no longer shared with this credential. What was synchronised stays. Give the credential access again, or, "
        + "if another repository shall take its place, make a new integration.";

    public Task<JsonElement> Begin(CancellationToken ct) => Task.FromResult(JsonElement.Parse("{}"));

    public async Task<StreamPage> Fetch(JsonElement state, CancellationToken ct)
    {
        var configured = session.Context.Connection.Repository();
        var known = await session.Ask<Db, Known?>(db => db.First<Known>(FindKnown, new { integrationId = session.Integration, configured }, ct));
        using var page = await Find(known, configured, ct);
        if (!page.Found)
            throw new ProviderFailure("not_found", known is null ? $"GitHub does not find {configured}: check its name and the credential's access." : Gone, false);
        if (page.Root.Text("full_name") is not { } name)
            throw new ProviderFailure("provider_error", "The answer is no repository as GitHub shows one. Is this the address of GitHub's API?", false);
        using var languages = await session.Api.Get($"/repos/{name}/languages", ct, keep: true, accept: [404, 403]);
        var record = page.Root.Clone();
        var row = RepositoryRow.Read(record, languages.Root, configured)
            ?? throw new ProviderFailure("provider_error", "The answer is no repository as GitHub shows one. Is this the address of GitHub's API?", false);
        return new GithubRows((unit, stop) => Store(row, unit, stop)) { State = state, Last = true };
    }

    public async Task<StreamEnd> Settle(JsonElement state, IServiceProvider unit, CancellationToken ct)
    {
        await unit.GetRequiredService<HttpCache>().Prune(session.Integration, ct);
        return new StreamEnd();
    }

    // By its name, which GitHub documents and leads from after a rename; by its number where the name is given up, or somebody else's now.
    private async Task<GithubPage> Find(Known? known, string configured, CancellationToken ct)
    {
        var named = await session.Api.Get($"/repos/{known?.FullName ?? configured}", ct, keep: true, accept: 404);
        if (known is null || (named.Found && named.Root.Number("id") == known.RepositoryId))
            return named;
        named.Dispose();
        return await session.Api.Get($"/repositories/{known.RepositoryId}", ct, keep: true, accept: 404);
    }

    private async Task<PageCounts> Store(RepositoryRow row, IServiceProvider unit, CancellationToken ct)
    {
        var db = unit.GetRequiredService<Db>();
        var repo = new Repo
        {
            IntegrationId = session.Integration, ScopePath = session.Context.Connection.Integration.ScopePath, RepositoryId = row.RepositoryId,
            FullName = row.FullName, DefaultBranch = row.DefaultBranch, CanPush = row.CanPush,
        };
        // Two statements, because an index lets only one be the current one at any moment.
        await db.Execute(LeaveOthers, new { repo.IntegrationId, repo.RepositoryId }, ct);
        var outcome = await unit.GetRequiredService<RowWriter>().Write(Table, repo, [row], ct);
        await db.Execute(Choose, new { repo.IntegrationId, repo.RepositoryId }, ct);
        return new PageCounts(outcome.Created, outcome.Updated, outcome.Unchanged);
    }

    private sealed record Known(long RepositoryId, string FullName);

    // One that the settings name anew is looked up by that name.
    private const string FindKnown = """
        select repository_id, full_name from sync.repositories
        where integration_id = @integrationId and lower(configured_name) = lower(@configured)
        order by current desc, id desc
        limit 1
        """;

    private const string LeaveOthers = """
        update sync.repositories set current = false where integration_id = @integrationId and current and repository_id <> @repositoryId
        """;

    private const string Choose = """
        update sync.repositories set current = true where integration_id = @integrationId and repository_id = @repositoryId and not current
        """;

    public static readonly RowTable Table = new(
        "repository",
        """
        select repository_id::text as key, content_hash, hash_version, false as deleted, null::text as state
        from sync.repositories
        where integration_id = @integrationId and repository_id = any(@keys::bigint[])
        """,
        """
        insert into sync.repositories as t (
            integration_id, scope_id, scope_path, repository_id, current, configured_name, full_name, default_branch, can_push, private, archived, disabled,
            fork, description, topics, license, languages, html_url, remote_created_at, remote_updated_at, pushed_at, raw, content_hash, hash_version,
            created_at, updated_at)
        select @integrationId, @scopeId, @scopePath, p.repository_id, true, p.configured_name, p.full_name, p.default_branch, p.can_push, p.private, p.archived,
            p.disabled, p.fork, p.description, p.topics, p.license, p.languages, p.html_url, p.remote_created_at, p.remote_updated_at, p.pushed_at,
            p.raw, p.hash, @hashVersion, @now, @now
        from rows from (
            jsonb_to_recordset(@rows) as (
                repository_id bigint, configured_name text, full_name text, default_branch text, can_push boolean, private boolean, archived boolean,
                disabled boolean, fork boolean, description text, topics text[], license text, languages jsonb, html_url text, remote_created_at timestamptz,
                remote_updated_at timestamptz, pushed_at timestamptz),
            unnest(@raws::bytea[]), unnest(@hashes::bytea[])) as p(
                repository_id, configured_name, full_name, default_branch, can_push, private, archived, disabled, fork, description, topics, license,
                languages, html_url, remote_created_at, remote_updated_at, pushed_at, raw, hash)
        on conflict (integration_id, repository_id) do update set
            configured_name = excluded.configured_name, full_name = excluded.full_name, default_branch = excluded.default_branch, can_push = excluded.can_push,
            private = excluded.private, archived = excluded.archived, disabled = excluded.disabled, fork = excluded.fork, description = excluded.description,
            topics = excluded.topics, license = excluded.license, languages = excluded.languages, html_url = excluded.html_url,
            remote_created_at = excluded.remote_created_at, remote_updated_at = excluded.remote_updated_at, pushed_at = excluded.pushed_at,
            raw = excluded.raw, content_hash = excluded.content_hash, hash_version = excluded.hash_version, version = t.version + 1, updated_at = excluded.updated_at
        returning t.id, t.repository_id::text as key, t.xmax = 0 as inserted, t.version
        """,
        "remote_updated_at");
}
