using System.Text.Json;
using Hub.Integrations.Contracts;
using Hub.Sync.Contracts;
using Hub.Sync.Details;
using Hub.Sync.Jira.Details;
using Hub.Sync.Jira.Mapping;
using Hub.Sync.Providers;
using Hub.Sync.Rereads;
using Hub.Sync.Tickets;
using Hub.Webhooks.Contracts;
using MediatR;

namespace Hub.Sync.Jira;

/// <summary>
/// Applies what Jira's webhooks tell of issues: many with the statements of one. Webhooks come late, twice and out of order: only the provider's own times
/// decide, and a state that is stored already and not older wins.
/// </summary>
internal sealed class ApplyJiraWebhook(IMediator mediator, TicketEvents tickets, DetailDues dues, WantedRecords wanted) : INotificationHandler<WebhooksReceived>
{
    public async Task Handle(WebhooksReceived notification, CancellationToken cancellationToken)
    {
        var told = notification.Events.Where(one => one is { IntegrationType: "jira", EventType: "jira:issue_created" or "jira:issue_updated" or "jira:issue_deleted" });
        foreach (var integration in told.GroupBy(one => one.IntegrationId))
            if (await mediator.Send(new AskConnection(integration.Key), cancellationToken) is { } connection)
                foreach (var round in Rounds(integration))
                    await Apply(connection, round, cancellationToken);
    }

    // Nobody promises that each issue is told of once only.
    private static IEnumerable<Dictionary<string, WebhookReceived>> Rounds(IEnumerable<WebhookReceived> told) => told
        .Where(one => one.Payload.Text("issue", "id") is not null)
        .GroupBy(one => one.Payload.Text("issue", "id")!, StringComparer.Ordinal)
        .SelectMany(issue => issue.Select((one, place) => (issue.Key, one, place)))
        .GroupBy(one => one.place)
        .Select(round => round.ToDictionary(one => one.Key, one => one.one, StringComparer.Ordinal));

    private async Task Apply(Connection connection, Dictionary<string, WebhookReceived> told, CancellationToken ct)
    {
        var first = told.Values.First();
        var source = new TicketSource(
            first.IntegrationId, first.ScopePath, connection.SiteKey(), ByWalk: false, told.Values.Min(received => received.ReceivedAt));
        var site = new Site(connection, source, connection.Setting("base_url") ?? "", FieldMappings.Of(connection));
        var stored = await tickets.Hold(source, told.Keys, ct);
        var states = new List<NewState>(told.Count);
        foreach (var (id, received) in told)
        {
            var news = new News(site, received, received.Payload.At("issue"), stored.GetValueOrDefault(id));
            if (await Apply(news, states, ct) is { } effect)
                received.Effects.Add(effect);
        }

        await Store(site, states, ct);
    }

    /// <returns>What was done; null where nothing was, or where a state is stored with the others'.</returns>
    private async Task<string?> Apply(News news, List<NewState> states, CancellationToken ct)
    {
        if (news.Event.EventType == "jira:issue_deleted")
            return await Delete(news, ct);
        if (news.IsOutside)
            return await Leave(news, ct);
        if (news.Issue.At("fields").ValueKind is not JsonValueKind.Object)
            return await Reread(news, ct);
        if (news.Read() is not { } ticket)
            return null;
        if (news.Stored is null && news.Site.IsRestricted)
            return $"{ticket.Key} left to the next sync: the integration restricts its issues by JQL";
        if (news.Stored is { } stored && ticket.RemoteUpdatedAt <= stored.RemoteUpdatedAt)
            return news.Stale;
        states.Add(new NewState(news, ticket));
        return null;
    }

    private async Task Store(Site site, List<NewState> states, CancellationToken ct)
    {
        var changes = await tickets.Store(site.Source, [.. states.Select(state => state.Ticket)], ct);
        await dues.Mark(site.Source.IntegrationId, [.. changes.Values.Select(change => change.TicketId)], DetailKind.StreamsOf(site.Connection), ct);
        foreach (var (news, ticket) in states)
            news.Event.Effects.Add(changes.GetValueOrDefault(ticket.ExternalId) switch
            {
                null when news.Stored is null => $"{ticket.Key} stale: kept newer state",
                null => news.Stale,
                { Kind: TicketChangeKind.Created } change => $"ticket {change.TicketId} created",
                { } change => $"ticket {change.TicketId} updated",
            });
    }

    // Webhooks can be set to leave the issue's fields out.
    private async Task<string?> Reread(News news, CancellationToken ct)
    {
        if (!JiraIssueReader.IsId(news.Issue.Text("id")))
            return null;
        var source = news.Site.Source;
        await wanted.Want(source.IntegrationId, source.ScopePath, JiraIssueReader.Kind, news.Issue.Text("id")!, news.Event.ReceivedAt, ct);
        return $"{news.Issue.Text("key") ?? "the issue"} is read from Jira: the event does not show it";
    }

    private async Task<string?> Delete(News news, CancellationToken ct)
    {
        var source = news.Site.Source;
        var at = JiraTime.Instant(news.Event.Payload.At("timestamp")) ?? news.Event.ReceivedAt;
        if (news.Stored is { DeletedAt: not null })
            return $"ticket {news.Stored.Id} was deleted before";
        if (news.Stored is { } stored)
        {
            if (stored.RemoteUpdatedAt > at)
                return news.Stale;
            await tickets.Bury(source, stored.ExternalId, at, ct);
            return $"ticket {stored.Id} deleted";
        }

        // Remembered as deleted although it was never known: an older event that comes after this one must not bring it to life.
        if (news.IsOutside || news.Site.IsRestricted || news.Read() is not { } ticket)
            return null;
        var quiet = source with { Silent = true };
        await tickets.Store(quiet, ticket, ct);
        await tickets.Bury(quiet, ticket.ExternalId, at, ct);
        return $"{ticket.Key} was deleted before it was known";
    }

    // Another project's issue is none of ours, unless it was and has moved there.
    private async Task<string?> Leave(News news, CancellationToken ct)
    {
        if (news.Stored is not { DeletedAt: null } stored || JiraTime.Instant(news.Issue.At("fields", "updated")) is not { } updated)
            return null;
        if (updated <= stored.RemoteUpdatedAt)
            return news.Stale;
        await tickets.Bury(news.Site.Source, stored.ExternalId, updated, ct);
        return $"ticket {stored.Id} deleted: it moved to another project";
    }

    private sealed record NewState(News News, RemoteTicket Ticket);

    private sealed record Site(Connection Connection, TicketSource Source, string Address, FieldMappings Mappings)
    {
        public IReadOnlyCollection<string>? Projects { get; } = Connection.ProjectKeys();

        public bool IsRestricted => Connection.Setting("jql") is not null;
    }

    private sealed record News(Site Site, WebhookReceived Event, JsonElement Issue, StoredTicket? Stored)
    {
        public string Stale => $"ticket {Stored!.Id} stale: kept newer state";

        public bool IsOutside => Site.Projects is { Count: > 0 } projects && !projects.Contains(JiraIssue.ProjectOf(Issue)?.ToUpperInvariant());

        public RemoteTicket? Read()
        {
            using var known = Stored?.Raw is { } raw ? RawRecord.Read(raw) : null;
            var complete = known is null ? Issue : EventIssue.Complete(Issue, known.RootElement, field => EventIssue.Changes(Event.Payload, field));
            return JiraIssue.Read(complete, Site.Address, Site.Mappings);
        }
    }
}
