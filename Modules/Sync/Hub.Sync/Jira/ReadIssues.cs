using System.Text.Json;
using Hub.Sync.Jira.Mapping;
using Hub.Sync.Tickets;

namespace Hub.Sync.Jira;

/// <summary>A page of issues as tickets, each once.</summary>
/// <param name="Tickets">What could be read.</param>
/// <param name="Unreadable">How many could not.</param>
internal sealed record ReadIssues(IReadOnlyList<RemoteTicket> Tickets, int Unreadable)
{
    /// <summary>The newest change on the page.</summary>
    public DateTimeOffset? Newest => Tickets.Count == 0 ? null : Tickets.Max(ticket => ticket.RemoteUpdatedAt);

    public DateTimeOffset? Oldest => Tickets.Count == 0 ? null : Tickets.Min(ticket => ticket.RemoteUpdatedAt);

    /// <summary>How many values did not fit the mapping of their field.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> Misfits { get; } = [.. Tickets.SelectMany(ticket => ticket.Misfits).CountBy(name => name)];

    public static ReadIssues Of(IReadOnlyList<JsonElement> issues, string site, FieldMappings mappings)
    {
        var tickets = new Dictionary<string, RemoteTicket>(StringComparer.Ordinal);
        var unreadable = 0;
        foreach (var issue in issues)
        {
            if (Read(issue, site, mappings) is not { } ticket)
                unreadable++;
            // Twice on one page: it changed between the two, and the newer one counts.
            else if (!tickets.TryGetValue(ticket.ExternalId, out var other) || other.RemoteUpdatedAt < ticket.RemoteUpdatedAt)
                tickets[ticket.ExternalId] = ticket;
        }

        return new ReadIssues([.. tickets.Values], unreadable);
    }

    private static RemoteTicket? Read(JsonElement issue, string site, FieldMappings mappings)
    {
        try
        {
            return JiraIssue.Read(issue, site, mappings);
        }
        catch (InvalidOperationException)
        {
            // A member's name that is no text: this issue is counted as failed, the others go on.
            return null;
        }
    }
}
