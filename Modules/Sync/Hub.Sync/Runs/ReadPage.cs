using System.Text.Json;
using Hub.Sync.Jira;
using Hub.Sync.Tickets;

namespace Hub.Sync.Runs;

/// <summary>A page of issues as tickets, each once.</summary>
/// <param name="Tickets">What could be read.</param>
/// <param name="Unreadable">How many could not.</param>
/// <param name="AskedAt">The hub's clock before the page was asked for.</param>
internal sealed record ReadPage(IReadOnlyList<RemoteTicket> Tickets, int Unreadable, DateTimeOffset AskedAt)
{
    /// <summary>The newest change on the page.</summary>
    public DateTimeOffset? Newest => Tickets.Count == 0 ? null : Tickets.Max(ticket => ticket.RemoteUpdatedAt);

    public DateTimeOffset? Oldest => Tickets.Count == 0 ? null : Tickets.Min(ticket => ticket.RemoteUpdatedAt);

    public static ReadPage Of(IReadOnlyList<JsonElement> issues, string site, DateTimeOffset askedAt)
    {
        var tickets = new Dictionary<string, RemoteTicket>(StringComparer.Ordinal);
        var unreadable = 0;
        foreach (var issue in issues)
        {
            if (Read(issue, site) is not { } ticket)
                unreadable++;
            // Twice on one page: it changed between the two, and the newer one counts.
            else if (!tickets.TryGetValue(ticket.ExternalId, out var other) || other.RemoteUpdatedAt < ticket.RemoteUpdatedAt)
                tickets[ticket.ExternalId] = ticket;
        }

        return new ReadPage([.. tickets.Values], unreadable, askedAt);
    }

    private static RemoteTicket? Read(JsonElement issue, string site)
    {
        try
        {
            return JiraIssue.Read(issue, site);
        }
        catch (InvalidOperationException)
        {
            // A member's name that is no text: this issue is counted as failed, the others go on.
            return null;
        }
    }
}
