using System.Text.Json;
using Hub.Integrations.Contracts;
using Hub.Sync.Contracts;
using Hub.Sync.Tickets;
using Hub.Webhooks.Contracts;
using MediatR;

namespace Hub.Sync.Jira;

/// <summary>
/// Applies what a Jira webhook tells of an issue. Webhooks come late, twice and out of order: only the provider's own times decide, and a state
/// that is stored already and not older wins.
/// </summary>
internal sealed class ApplyJiraWebhook(IMediator mediator, TicketEvents tickets) : INotificationHandler<WebhookReceived>
{
    public async Task Handle(WebhookReceived notification, CancellationToken cancellationToken)
    {
        var issue = notification.Payload.At("issue");
        if (notification is not { IntegrationType: "jira", EventType: "jira:issue_created" or "jira:issue_updated" or "jira:issue_deleted" }
            || issue.Text("id") is not { } id
            || await mediator.Send(new AskConnection(notification.IntegrationId), cancellationToken) is not { } connection)
            return;

        var source = new TicketSource(notification.IntegrationId, notification.ScopePath, connection.SiteKey(), ByWalk: false, notification.ReceivedAt);
        var stored = await tickets.Hold(source, id, cancellationToken);
        var news = new News(issue, notification, connection, source, stored);
        var effect = notification.EventType == "jira:issue_deleted" ? await Delete(news, cancellationToken)
            : IsOutside(news) ? await Leave(news, cancellationToken)
            : await Store(news, cancellationToken);
        if (effect is not null)
            notification.Effects.Add(effect);
    }

    private sealed record News(JsonElement Issue, WebhookReceived Event, Connection Connection, TicketSource Source, StoredTicket? Stored)
    {
        public string Site => Connection.Setting("base_url") ?? "";
        public string Stale => $"ticket {Stored!.Id} stale: kept newer state";
    }

    private async Task<string?> Store(News news, CancellationToken ct)
    {
        if (JiraIssue.Read(news.Issue, news.Site, news.Stored) is not { } ticket)
            return null;
        if (news.Stored is not { } stored)
        {
            if (news.Connection.Setting("jql") is not null)
                return $"{ticket.Key} left to the next sync: the integration restricts its issues by JQL";
        }
        else if (ticket.RemoteUpdatedAt <= stored.RemoteUpdatedAt)
            return news.Stale;
        else if (!Changes(news.Event.Payload, "description"))
            // Webhooks carry wiki markup where Cloud's search gives a document: an untouched description keeps the form it has.
            ticket = ticket with { Description = stored.Description };

        var change = await tickets.Store(news.Source, ticket, ct);
        return change switch
        {
            null when news.Stored is null => $"{ticket.Key} stale: kept newer state",
            null => news.Stale,
            { Kind: TicketChangeKind.Created } => $"ticket {change.TicketId} created",
            _ => $"ticket {change.TicketId} updated",
        };
    }

    private async Task<string?> Delete(News news, CancellationToken ct)
    {
        var at = JiraTime.Instant(news.Event.Payload.At("timestamp")) ?? news.Event.ReceivedAt;
        if (news.Stored is { DeletedAt: not null })
            return $"ticket {news.Stored.Id} was deleted before";
        if (news.Stored is { } stored)
        {
            if (stored.RemoteUpdatedAt > at)
                return news.Stale;
            await tickets.Bury(news.Source, stored.ExternalId, at, ct);
            return $"ticket {stored.Id} deleted";
        }

        // Remembered as deleted although it was never known: an older event that comes after this one must not bring it to life.
        if (IsOutside(news) || news.Connection.Setting("jql") is not null || JiraIssue.Read(news.Issue, news.Site) is not { } ticket)
            return null;
        var quiet = news.Source with { Silent = true };
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
        await tickets.Bury(news.Source, stored.ExternalId, updated, ct);
        return $"ticket {stored.Id} deleted: it moved to another project";
    }

    private static bool IsOutside(News news) =>
        news.Connection.ProjectKeys() is { Count: > 0 } projects && !projects.Contains(JiraIssue.ProjectOf(news.Issue)?.ToUpperInvariant());

    /// <summary>Without a list of changes everything may have changed.</summary>
    private static bool Changes(JsonElement payload, string field) =>
        payload.At("changelog", "items") is not { ValueKind: JsonValueKind.Array } items
        || items.EnumerateArray().Any(item => item.Text("fieldId") == field || item.Text("field") == field);
}
