using System.Text.Json;
using Hub.Sync.Connectors;
using Hub.Sync.Github.Api;
using Hub.Sync.Github.Streams;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Github.Pulls;

/// <summary>
/// Pull requests, the last changed first, until everything older is known: GitHub cannot be asked for what changed since. Whatever changes while the pages
/// are read jumps to the first page, so that one is read again until it brings nothing new; only then the watermark moves. A walk over everything goes in
/// order of creation, where nothing changes its place.
/// </summary>
internal sealed class PullsStream(GithubSession session) : GithubStream<PullsStream.Walk>(StreamName, session)
{
    public const string StreamName = "pulls";

    private const int MostRounds = 3;

    // GitHub's own index may lag: what seems older may be shown later.
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(5);

    protected override void Plan(Walk walk, Repo repo, JsonElement? known) =>
        walk.Until = Session.Context.Full ? null : known?.Time("updated_until");

    protected override async Task<StreamPage> Read(Walk walk, Repo repo, CancellationToken ct)
    {
        var page = await Session.Api.Get(walk.Next ?? List(repo, "updated", "desc"), ct, keep: true);
        var records = page.Root.Items().ToArray();
        var rows = records.Select(PullRow.Read).OfType<PullRow>().ToArray();
        var newest = rows.Length == 0 ? (DateTimeOffset?)null : rows.Max(row => row.RemoteUpdatedAt);
        if (records.Length > rows.Length)
            walk.Doubt = "some pull requests could not be read.";
        var opens = walk.Next is null;
        if (opens)
            (walk.Newest, walk.NewerThan) = (newest > walk.Newest || walk.Newest is null ? newest : walk.Newest, walk.Newest ?? walk.Until);
        // A page out of order does not end the round: only one on which everything is older does, or a first page that shows nothing new.
        var older = walk.NewerThan is { } known && newest is { } top && (opens ? top <= known : top < known - Overlap);
        walk.Next = older || page.Next is null ? null : opens && walk.NewerThan is null ? List(repo, "created", "asc") : page.Next;
        var ends = walk.Next is null && (walk.Newest is null || walk.Newest == walk.NewerThan || ++walk.Rounds >= MostRounds);
        var (first, until) = (walk.First, walk.Newest);
        return Page(walk, ends, async (unit, stop) =>
        {
            var outcome = await unit.GetRequiredService<RowWriter>().Write(PullTable.Rows, repo, rows, stop);
            if (!first)
                await unit.GetRequiredService<RepositoryNews>().Tell(repo, [.. outcome.Changes.SelectMany(PullNews.Of)], stop);
            if (ends)
                await Save(repo, new { updated_until = until }, unit, stop);
            return new PageCounts(outcome.Created, outcome.Updated, outcome.Unchanged, Failed: records.Length - rows.Length);
        }, page);
    }

    private static string List(Repo repo, string sort, string direction) => $"{repo.Api}/pulls?state=all&sort={sort}&direction={direction}&per_page=100";

    internal sealed class Walk : WalkState
    {
        /// <summary>Everything that changed up to here was read by earlier runs; null when nothing was, or all is to be read anew.</summary>
        public DateTimeOffset? Until { get; set; }

        /// <summary>The last change that this walk met.</summary>
        public DateTimeOffset? Newest { get; set; }

        /// <summary>This round ends where everything is older.</summary>
        public DateTimeOffset? NewerThan { get; set; }

        /// <summary>Rounds that were read to their end.</summary>
        public int Rounds { get; set; }

        /// <summary>The page to be read; null for the first one of a round.</summary>
        public string? Next { get; set; }
    }
}
