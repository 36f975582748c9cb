using System.Text.Json;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Http;
using Hub.Sync.Connectors;
using Hub.Sync.Github.Api;
using Hub.Sync.Github.Streams;
using Hub.Sync.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Github.Commits;

/// <summary>
/// What the newest commits of the last 90 days changed in which files, one call each and 300 in a run; later runs go on. Commits that only merge are left
/// out: what they bring is in the commits that they merge.
/// </summary>
internal sealed class CommitFilesStream(GithubSession session) : GithubStream<CommitFilesStream.Walk>(StreamName, session)
{
    public const string StreamName = "commit_files";

    private const int MostPerRun = 300;
    private const int PerPage = 20;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(90);

    protected override async Task<StreamPage> Read(Walk walk, Repo repo, CancellationToken ct)
    {
        var commits = await Session.Ask<Db, IReadOnlyList<Undetailed>>(db => db.List<Undetailed>(Select, new
        {
            repo.IntegrationId, repo.RepositoryId, since = Session.Now - Longest, walk.Before, walk.BeforeId, fetch = PerPage,
        }, ct));
        var found = new List<Detail>();
        foreach (var commit in commits)
            found.Add(await Ask(repo, commit, ct));
        walk.Done += commits.Count;
        if (commits.Count > 0)
            (walk.Before, walk.BeforeId) = (commits[^1].CommittedAt, commits[^1].Id);
        var last = commits.Count < PerPage || walk.Done >= MostPerRun;
        var details = JsonSerializer.SerializeToElement(found, HubJson.Options);
        return Page(walk, last, async (unit, stop) =>
        {
            var db = unit.GetRequiredService<Db>();
            var known = last && Session.Context.Full
                ? await db.One<int>(CountKnown, new { repo.IntegrationId, repo.RepositoryId, since = Session.Now - Longest }, stop)
                : 0;
            var written = found.Count == 0 ? 0 : await db.Execute(Update, new { repo.IntegrationId, details, now = Session.Now }, stop);
            return new PageCounts(0, written, commits.Count - written + known);
        }, progress: Math.Min(1, (double)walk.Done / MostPerRun));
    }

    private async Task<Detail> Ask(Repo repo, Undetailed commit, CancellationToken ct)
    {
        using var page = await Session.Api.Get($"{repo.Api}/commits/{commit.Sha}", ct, accept: [404, 409, 422]);
        // One that is gone by now shall not be asked for in every run: it has no files.
        return new Detail(commit.Id, page.Root.Count("stats", "additions"), page.Root.Count("stats", "deletions"), [.. page.Root.Items("files").Select(File)]);
    }

    private static ChangedFile File(JsonElement file) => new(
        file.Text("filename") ?? "", file.Text("previous_filename"), file.Text("status"), file.Count("additions") ?? 0, file.Count("deletions") ?? 0);

    internal sealed class Walk : WalkState
    {
        public int Done { get; set; }

        /// <summary>The commit that was asked for last.</summary>
        public DateTimeOffset? Before { get; set; }

        public long BeforeId { get; set; }
    }

    private sealed record Undetailed(long Id, string Sha, DateTimeOffset CommittedAt);

    private sealed record Detail(long Id, int? Additions, int? Deletions, IReadOnlyList<ChangedFile> Files);

    private sealed record ChangedFile(string Path, string? PreviousPath, string? Status, int Additions, int Deletions);

    private const string Select = """
        select id, sha, committed_at
        from sync.commits
        where integration_id = @integrationId and repository_id = @repositoryId and files is null and committed_at >= @since and cardinality(parents) <= 1
          and (@before::timestamptz is null or (committed_at, id) < (@before, @beforeId))
        order by committed_at desc, id desc
        limit @fetch
        """;

    // A full run says of how many it found the files here already: a success that looks at nothing raises an alarm.
    private const string CountKnown = """
        select count(*)::int from sync.commits
        where integration_id = @integrationId and repository_id = @repositoryId and files is not null and committed_at >= @since
        """;

    private const string Update = """
        update sync.commits c
        set additions = d.additions, deletions = d.deletions, files = d.files, version = version + 1, updated_at = @now
        from jsonb_to_recordset(@details) as d(id bigint, additions int, deletions int, files jsonb)
        where c.id = d.id and c.integration_id = @integrationId
        """;
}
