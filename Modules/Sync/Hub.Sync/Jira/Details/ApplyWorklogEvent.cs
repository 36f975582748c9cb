using Hub.Sync.Providers;
using Hub.Webhooks.Contracts;
using MediatR;

namespace Hub.Sync.Jira.Details;

/// <summary>Applies what a webhook tells of work that was logged. It names the issue by its number only.</summary>
internal sealed class ApplyWorklogEvent(DetailEvents events) : INotificationHandler<WebhookReceived>
{
    public async Task Handle(WebhookReceived notification, CancellationToken cancellationToken)
    {
        if (notification is not { IntegrationType: "jira", EventType: "worklog_created" or "worklog_updated" or "worklog_deleted" }
            || notification.Payload.Text("worklog", "issueId") is not { } issueId
            || ReadDetail.Worklog(notification.Payload.At("worklog")) is not { } worklog
            || await events.Listening(notification, DetailKind.Worklogs, cancellationToken) is not { } connection
            || await events.HoldOrRead(notification, connection, issueId, cancellationToken) is not { } ticket)
            return;
        await events.Apply(notification, DetailKind.Worklogs, ticket.Id, worklog, gone: notification.EventType == "worklog_deleted", cancellationToken);
    }
}
