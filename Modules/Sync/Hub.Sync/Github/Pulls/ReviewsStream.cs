using System.Text.Json;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Http;
using Hub.Sync.Connectors;
using Hub.Sync.Github.Api;
using Hub.Sync.Github.Streams;
using Hub.Sync.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Github.Pulls;

/// <summary>
/// Reviews and figures of pull requests that changed since theirs were read, two calls each and at most 500 in a run, the last changed first; later runs
/// go on where this one stopped.
/// </summary>
internal sealed class ReviewsStream(GithubSession session) : GithubStream<ReviewsStream.Walk>(StreamName, session)
{
    public const string StreamName = "reviews";

    private const int MostPerRun = 500;
    private const int PerPage = 10;

    protected override async Task<StreamPage> Read(Walk walk, Repo repo, CancellationToken ct)
    {
        var pulls = await Session.Ask<Db, IReadOnlyList<Pull>>(db => db.List<Pull>(ReviewTable.Next, new
        {
            repo.IntegrationId, repo.RepositoryId, walk.Before, walk.BeforeId, fetch = PerPage,
        }, ct));
        var details = new List<Detail>();
        var reviews = new List<ReviewRow>();
        foreach (var pull in pulls)
        {
            var read = await Reviews(repo, pull, ct);
            reviews.AddRange(read);
            details.Add(await Figures(repo, pull, ReviewRow.Verdict(read, pull.Author), ct));
        }

        walk.Done += pulls.Count;
        if (pulls.Count > 0)
            (walk.Before, walk.BeforeId) = (pulls[^1].UpdatedAt, pulls[^1].Id);
        var last = pulls.Count < PerPage || walk.Done >= MostPerRun;
        return Page(walk, last, async (unit, stop) =>
        {
            var db = unit.GetRequiredService<Db>();
            var known = last && Session.Context.Full ? await db.One<int>(ReviewTable.CountKnown, new { repo.IntegrationId, repo.RepositoryId }, stop) : 0;
            if (pulls.Count == 0)
                return new PageCounts(0, 0, known);
            var writer = unit.GetRequiredService<RowWriter>();
            var outcome = await writer.Write(ReviewTable.Rows, repo, reviews, stop);
            var gone = await writer.Delete(ReviewTable.Rows, repo, ReviewTable.DeleteOthers, new
            {
                repo.IntegrationId, repo.RepositoryId, now = Session.Now,
                numbers = pulls.Select(pull => pull.Number).ToArray(), reviews = reviews.Select(review => review.ExternalId).ToArray(),
            }, stop);
            var figures = JsonSerializer.SerializeToElement(details, HubJson.Options);
            await db.Execute(ReviewTable.Detail, new { repo.IntegrationId, details = figures, now = Session.Now }, stop);
            return new PageCounts(outcome.Created, outcome.Updated, outcome.Unchanged + known, gone);
        });
    }

    private async Task<List<ReviewRow>> Reviews(Repo repo, Pull pull, CancellationToken ct) =>
        [.. (await Session.Api.All($"{repo.Api}/pulls/{pull.Number}/reviews?per_page=100", ct))
            .Select(record => ReviewRow.Read(record, pull.Number)).OfType<ReviewRow>()];

    private async Task<Detail> Figures(Repo repo, Pull pull, string verdict, CancellationToken ct)
    {
        using var page = await Session.Api.Get($"{repo.Api}/pulls/{pull.Number}", ct, accept: [404, 410]);
        var record = page.Root;
        return new Detail(
            pull.Id, record.Count("additions"), record.Count("deletions"), record.Count("changed_files"), record.Count("commits"),
            record.Text("merged_by", "login"), verdict, pull.UpdatedAt);
    }

    internal sealed class Walk : WalkState
    {
        public int Done { get; set; }

        /// <summary>The pull request that was read last.</summary>
        public DateTimeOffset? Before { get; set; }

        public long BeforeId { get; set; }
    }

    private sealed record Pull(long Id, int Number, string? Author, DateTimeOffset UpdatedAt);

    private sealed record Detail(
        long Id, int? Additions, int? Deletions, int? ChangedFiles, int? Commits, string? MergedBy, string ReviewState, DateTimeOffset DetailedUntil);
}
