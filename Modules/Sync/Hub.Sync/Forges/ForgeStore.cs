using Hub.SharedKernel.Data;
using Hub.Sync.Contracts;
using Hub.Sync.Github.Commits;
using Hub.Sync.Github.Events;
using Hub.Sync.Github.Pulls;
using Hub.Sync.Github.Streams;
using Hub.Sync.Rereads;
using Hub.Sync.Tickets;

namespace Hub.Sync.Forges;

/// <summary>
/// Stores what GitLab and Azure DevOps tell, in the tables of GitHub's records and in the tickets; inside the caller's transaction. Newer wins by the
/// provider's own time.
/// </summary>
internal sealed class ForgeStore(
    Db db, RowWriter writer, RepositoryNews news, TicketEvents tickets, ForgeRepositories repositories, WantedRecords wanted, TimeProvider time)
{
    /// <param name="told">What to store.</param>
    /// <param name="source">Whose it is; of its site the key is taken from <paramref name="told"/>.</param>
    /// <param name="ct">Cancels the writes.</param>
    /// <returns>What came of it, for people; empty when nothing is kept of it.</returns>
    public async Task<IReadOnlyList<string>> Store(ForgeTold told, TicketSource source, CancellationToken ct)
    {
        var (effects, of) = (new List<string>(), source with { SiteKey = told.SiteKey, Provider = told.Provider });
        if (told.Repository is { } repository && await repositories.Note(of.IntegrationId, of.ScopePath, told.Provider, repository, ct) is { } repo)
        {
            if (told.Pull is { } pull)
                effects.Add(await Pull(told, pull, repo, ct));
            if (told.Commits.Count > 0)
                effects.Add(await Commits(told, repo, ct));
        }

        if (told.Ticket is { } ticket)
            effects.Add(await Ticket(ticket, of, ct));
        if (told.GoneTicket is { } gone && await tickets.Hold(of, gone, ct) is { DeletedAt: null } stored && stored.RemoteUpdatedAt <= told.At)
        {
            await tickets.Bury(of, gone, told.At, ct);
            effects.Add($"ticket {stored.Id} deleted");
        }

        if (told.Missing is { } missing)
        {
            await wanted.Want(of.IntegrationId, of.ScopePath, missing.Kind, missing.Key, told.At, ct);
            effects.Add($"{missing.Kind} {missing.Key} is read from the provider: the event shows too little of it");
        }

        return effects;
    }

    private async Task<string> Pull(ForgeTold told, PullRow row, Repo repo, CancellationToken ct)
    {
        var held = await db.First<Held>(Hold, new { repo.IntegrationId, repo.RepositoryId, row.Number }, ct);
        var standing = NewerWins.Of(
            held is null ? null : (held.RemoteUpdatedAt, NewerWins.StageOfPull(held.State)), row.RemoteUpdatedAt, NewerWins.StageOfPull(row.State));
        if (standing is Standing.Older)
            return $"pull request {row.Key} stale: kept newer state";
        // Events name the author by number only, and tell times of the end with the end alone.
        if (held is not null)
            row = row with
            {
                Author = row.Author ?? held.Author, BaseSha = row.BaseSha.Length > 0 ? row.BaseSha : held.BaseSha,
                MergedAt = held.State == row.State ? held.MergedAt ?? row.MergedAt : row.MergedAt,
                ClosedAt = held.State == row.State ? held.ClosedAt ?? row.ClosedAt : row.ClosedAt,
            };
        var outcome = await writer.Write(PullTable.Rows, repo, [row], ct);
        await news.Tell(repo, [.. outcome.Changes.SelectMany(PullNews.Of).Where(change => change.Event != "pull_request.opened" || told.Opened)], ct);
        return $"pull request {row.Key} {(outcome.Changes.Count == 0 ? "unchanged" : outcome.Created > 0 ? "created" : "updated")}";
    }

    private async Task<string> Commits(ForgeTold told, Repo repo, CancellationToken ct)
    {
        var onDefault = told.Branch == repo.DefaultBranch;
        var outcome = await writer.Write(CommitTable.Rows, repo, [.. told.Commits.Select(row => row with { OnDefaultBranch = onDefault })], ct);
        if (onDefault)
            await db.Execute(CommitTable.Reach, new
            {
                repo.IntegrationId, repo.RepositoryId, shas = told.Commits.Select(row => row.Sha).ToArray(), now = time.GetUtcNow(),
            }, ct);
        await news.Tell(repo, [.. outcome.Changes.Where(change => change.Created).Select(change => new RepositoryChange(
            "commit.created", change.Id, change.Row.Sha, change.Row.Title, change.Row.AuthorName, told.Branch, change.Row.HtmlUrl,
            change.Row.CommittedAt))], ct);
        return $"{outcome.Created} commits created";
    }

    private async Task<string> Ticket(RemoteTicket ticket, TicketSource source, CancellationToken ct)
    {
        var stored = await tickets.Hold(source, ticket.ExternalId, ct);
        if (stored is not null && ticket.RemoteUpdatedAt < stored.RemoteUpdatedAt)
            return $"ticket {stored.Id} stale: kept newer state";
        if (stored is not null && ticket.Reporter is null && stored.ReporterId == ticket.ReporterId)
            ticket = ticket with { Reporter = stored.Reporter };
        return await tickets.Store(source, ticket, ct) is { } change
            ? $"ticket {change.TicketId} {change.Kind.ToString().ToLowerInvariant()}"
            : $"{ticket.Key} unchanged";
    }

    private sealed record Held(
        DateTimeOffset RemoteUpdatedAt, string State, string? Author, string BaseSha, DateTimeOffset? MergedAt, DateTimeOffset? ClosedAt);

    private const string Hold = """
        select remote_updated_at, state, author, base_sha, merged_at, closed_at from sync.pull_requests
        where integration_id = @integrationId and repository_id = @repositoryId and number = @number
        for no key update
        """;
}
