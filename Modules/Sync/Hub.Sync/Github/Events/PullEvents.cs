using Hub.SharedKernel.Data;
using Hub.Sync.Github.Api;
using Hub.Sync.Github.Pulls;
using Hub.Sync.Github.Streams;
using Hub.Sync.Providers;

namespace Hub.Sync.Github.Events;

/// <summary>Pull requests and reviews as events show them: the state at once, figures where they are told, and what reviewers decided.</summary>
internal sealed class PullEvents(Db db, RowWriter writer, RepositoryNews news)
{
    public async Task<GithubEffect?> Apply(GithubTold told, CancellationToken ct) =>
        PullRow.Read(told.Payload.At("pull_request")) is { } row ? await Store(told, row, ct) : null;

    public async Task<GithubEffect?> ApplyReview(GithubTold told, CancellationToken ct)
    {
        if (PullRow.Read(told.Payload.At("pull_request")) is not { } row || ReviewRow.Read(told.Payload.At("review"), row.Number) is not { } review)
            return null;
        var effect = await Store(told, row, ct);
        var known = await db.List<Review>(ReviewsOf, Key(told.Repo, row), ct);
        // A dismissal is the last word on a review.
        if (known.Any(one => one.ExternalId == review.ExternalId && one.State == "dismissed") && review.State != "dismissed")
            return new GithubEffect($"{effect.Effect}; review {review.ExternalId} stale: it was dismissed");
        await writer.Write(ReviewTable.Rows, told.Repo, [review], ct);
        var all = known.Where(one => one.ExternalId != review.ExternalId).Select(one => one.Row(row.Number)).Append(review);
        // Where the earlier reviews were never read, these are not all: a run reads them.
        var judged = await db.Execute(Judge, new
        {
            told.Repo.IntegrationId, told.Repo.RepositoryId, row.Number, verdict = ReviewRow.Verdict(all, row.Author),
        }, ct);
        return new GithubEffect($"{effect.Effect}; review {review.ExternalId} is {review.State}", judged > 0 ? effect.Read : GithubRead.Now);
    }

    private async Task<GithubEffect> Store(GithubTold told, PullRow row, CancellationToken ct)
    {
        var held = await db.First<Held>(Hold, Key(told.Repo, row), ct);
        var standing = NewerWins.Of(
            held is null ? null : (held.RemoteUpdatedAt, NewerWins.StageOfPull(held.State)), row.RemoteUpdatedAt, NewerWins.StageOfPull(row.State));
        if (standing is Standing.Older)
            return new GithubEffect($"pull request {row.Key} stale: kept newer state");
        var outcome = await writer.Write(PullTable.Rows, told.Repo, [row], ct);
        await Figures(told, row, ct);
        // One that is met in the middle of its life is not told as opened.
        await news.Tell(told.Repo, [.. outcome.Changes.SelectMany(PullNews.Of)
            .Where(change => change.Event != "pull_request.opened" || told.Action == "opened")], ct);
        var effect = outcome.Changes.Count == 0 ? "unchanged" : outcome.Created > 0 ? "created" : "updated";
        return new GithubEffect($"pull request {row.Key} {effect}",
            standing is Standing.SameMoment && outcome.Changes.Count > 0 ? GithubRead.Now : GithubRead.Later);
    }

    private async Task Figures(GithubTold told, PullRow row, CancellationToken ct)
    {
        var record = told.Payload.At("pull_request");
        if (record.Count("additions") is { } additions)
            await db.Execute(Figure, new
            {
                told.Repo.IntegrationId, told.Repo.RepositoryId, row.Number, at = row.RemoteUpdatedAt, additions, deletions = record.Count("deletions"),
                changedFiles = record.Count("changed_files"), commits = record.Count("commits"), mergedBy = record.Text("merged_by", "login"),
            }, ct);
    }

    private static object Key(Repo repo, PullRow row) => new { repo.IntegrationId, repo.RepositoryId, row.Number };

    private sealed record Held(DateTimeOffset RemoteUpdatedAt, string State);

    private sealed record Review(long ExternalId, string? Reviewer, string State, DateTimeOffset? SubmittedAt)
    {
        public ReviewRow Row(int number) => new() { Number = number, ExternalId = ExternalId, Reviewer = Reviewer, State = State, SubmittedAt = SubmittedAt };
    }

    private const string Hold = """
        select remote_updated_at, state from sync.pull_requests
        where integration_id = @integrationId and repository_id = @repositoryId and number = @number
        for no key update
        """;

    private const string ReviewsOf = """
        select external_id, reviewer, state, submitted_at from sync.pull_request_reviews
        where integration_id = @integrationId and repository_id = @repositoryId and number = @number and deleted_at is null
        """;

    private const string Judge = """
        update sync.pull_requests set review_state = @verdict
        where integration_id = @integrationId and repository_id = @repositoryId and number = @number and review_state is not null
        """;

    private const string Figure = """
        update sync.pull_requests
        set additions = @additions, deletions = coalesce(@deletions::int, deletions), changed_files = coalesce(@changedFiles::int, changed_files),
            commits = coalesce(@commits::int, commits), merged_by = coalesce(@mergedBy::text, merged_by)
        where integration_id = @integrationId and repository_id = @repositoryId and number = @number and remote_updated_at = @at
        """;
}
