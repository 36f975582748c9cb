using System.Text.Json;
using Hub.SharedKernel.Data;

namespace Hub.Sync.Github.Streams;

/// <summary>What a kind of records is known to be complete up to. It holds for one repository only: another one starts anew.</summary>
internal sealed class GithubStates(Db db, TimeProvider time)
{
    public Task<JsonElement?> Find(Repo repo, string stream, CancellationToken ct) =>
        db.First<JsonElement?>(Select, new { repo.IntegrationId, repo.RepositoryId, stream }, ct);

    public Task Save(Repo repo, string stream, JsonElement state, CancellationToken ct) =>
        db.Execute(Upsert, new { repo.IntegrationId, repo.RepositoryId, stream, state, now = time.GetUtcNow() }, ct);

    private const string Select = """
        select state from sync.github_states where integration_id = @integrationId and stream = @stream and site_key = @repositoryId
        """;

    private const string Upsert = """
        insert into sync.github_states (integration_id, stream, site_key, state, saved_at)
        values (@integrationId, @stream, @repositoryId, @state, @now)
        on conflict (integration_id, stream) do update set site_key = excluded.site_key, state = excluded.state, saved_at = excluded.saved_at
        """;
}
