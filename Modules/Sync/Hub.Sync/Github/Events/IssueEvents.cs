using Hub.Sync.Github.Issues;
using Hub.Sync.Providers;
using Hub.Sync.Tickets;

namespace Hub.Sync.Github.Events;

/// <summary>Issues as events show them become tickets at once. Of comments nothing is kept but that the issue moved.</summary>
internal sealed class IssueEvents(TicketEvents tickets)
{
    public async Task<GithubEffect?> Apply(GithubTold told, CancellationToken ct)
    {
        var record = told.Payload.At("issue");
        if (GithubIssue.IsPull(record))
            return new GithubEffect("an incremental run reads what it tells");
        if (GithubIssue.Read(record, told.Repo) is not { } ticket)
            return null;
        var repo = told.Repo;
        var source = new TicketSource(repo.IntegrationId, repo.ScopePath, repo.RepositoryId, ByWalk: false, told.Event.ReceivedAt, Provider: "github");
        var stored = await tickets.Hold(source, ticket.ExternalId, ct);
        return told is { Name: "issues", Action: "deleted" or "transferred" }
            ? new GithubEffect(await Delete(source, ticket, stored, ct))
            : await Store(source, ticket, stored, ct);
    }

    private async Task<GithubEffect> Store(TicketSource source, RemoteTicket ticket, StoredTicket? stored, CancellationToken ct)
    {
        if (stored is not null && ticket.RemoteUpdatedAt < stored.RemoteUpdatedAt)
            return new GithubEffect($"ticket {stored.Id} stale: kept newer state");
        if (await tickets.Store(source, ticket, ct) is not { } change)
            return new GithubEffect($"{ticket.Key} unchanged");
        // Two states of one second: which was the last, only reading tells.
        var sameMoment = ticket.RemoteUpdatedAt == stored?.RemoteUpdatedAt;
        return new GithubEffect($"ticket {change.TicketId} {change.Kind.ToString().ToLowerInvariant()}", sameMoment ? GithubRead.Now : GithubRead.Later);
    }

    // GitHub never gives a number again, so a deletion holds whenever it comes. Remembered also of an issue that was never known: an older event may follow.
    private async Task<string> Delete(TicketSource source, RemoteTicket ticket, StoredTicket? stored, CancellationToken ct)
    {
        if (stored is { DeletedAt: not null })
            return $"ticket {stored.Id} was deleted before";
        var quiet = source with { Silent = stored is null };
        if (stored is null)
            await tickets.Store(quiet, ticket, ct);
        await tickets.Bury(quiet, ticket.ExternalId, source.SeenAt, ct);
        return stored is null ? $"{ticket.Key} was deleted before it was known" : $"ticket {stored.Id} deleted";
    }
}
