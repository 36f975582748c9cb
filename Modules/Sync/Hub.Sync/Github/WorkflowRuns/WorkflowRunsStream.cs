using System.Text.Json;
using Hub.SharedKernel.Data;
using Hub.Sync.Connectors;
using Hub.Sync.Github.Api;
using Hub.Sync.Github.Streams;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Github.WorkflowRuns;

/// <summary>
/// Runs of workflows by the time they were created: the last 90 days in a full run, else from a day before the newest one or from the oldest one that was still
/// under way. GitHub shows the first thousand of a search only, so a time with that many is halved until it has fewer.
/// </summary>
internal sealed class WorkflowRunsStream(GithubSession session) : GithubStream<WorkflowRunsStream.Position>(StreamName, session)
{
    public const string StreamName = "workflow_runs";

    private const int MostOfSearch = 1000;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(90);
    private static readonly TimeSpan Overlap = TimeSpan.FromDays(1);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);

    protected override void Plan(Position walk, Repo repo, JsonElement? known)
    {
        var from = Session.Now - Longest;
        walk.From = !Session.Context.Full && known?.Time("from") is { } reached && reached > from ? reached : from;
        // Beyond now, because GitHub's clock may be ahead of ours.
        walk.Until = walk.To = Session.Now + Overlap;
        walk.Newest = walk.From;
    }

    protected override async Task<StreamPage> Read(Position walk, Repo repo, CancellationToken ct)
    {
        var page = await Session.Api.Get(walk.Next ?? First(repo, walk), ct);
        while (walk.Next is null && page.Root.Number("total_count") >= MostOfSearch && walk.To - walk.From > Shortest)
        {
            page.Dispose();
            walk.To = walk.From + (walk.To - walk.From) / 2;
            page = await Session.Api.Get(First(repo, walk), ct);
        }

        var records = page.Root.Items("workflow_runs").ToArray();
        var rows = records.Select(WorkflowRunRow.Read).OfType<WorkflowRunRow>().ToArray();
        foreach (var row in rows)
            walk.Newest = row.RemoteCreatedAt > walk.Newest ? row.RemoteCreatedAt : walk.Newest;
        walk.Next = page.Next;
        var last = page.Next is null && walk.To >= walk.Until;
        if (page.Next is null)
            (walk.From, walk.To) = (walk.To, walk.Until);
        var reached = walk.Newest - Overlap;
        return Page(walk, last, async (unit, stop) =>
        {
            var outcome = await unit.GetRequiredService<RowWriter>().Write(WorkflowRunTable.Rows, repo, rows, stop);
            if (last)
            {
                var from = await unit.GetRequiredService<Db>().One<DateTimeOffset>(
                    WorkflowRunTable.GoOn, new { repo.IntegrationId, repo.RepositoryId, since = Session.Now - Longest, reached }, stop);
                await Save(repo, new { from }, unit, stop);
            }

            return new PageCounts(outcome.Created, outcome.Updated, outcome.Unchanged, Failed: records.Length - rows.Length);
        }, page);
    }

    private static string First(Repo repo, Position walk) =>
        $"{repo.Api}/actions/runs?per_page=100&created={walk.From.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}..{walk.To.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}";

    internal sealed class Position : WalkState
    {
        /// <summary>The time that is searched now, both ends included.</summary>
        public DateTimeOffset From { get; set; }

        public DateTimeOffset To { get; set; }

        /// <summary>The walk ends here.</summary>
        public DateTimeOffset Until { get; set; }

        public DateTimeOffset Newest { get; set; }

        /// <summary>The next page of this search.</summary>
        public string? Next { get; set; }
    }
}
