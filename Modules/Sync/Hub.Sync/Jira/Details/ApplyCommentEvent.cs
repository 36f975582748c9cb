using Hub.Sync.Providers;
using Hub.Webhooks.Contracts;
using MediatR;

namespace Hub.Sync.Jira.Details;

/// <summary>Applies what a webhook tells of a comment.</summary>
internal sealed class ApplyCommentEvent(DetailEvents events) : INotificationHandler<WebhookReceived>
{
    public async Task Handle(WebhookReceived notification, CancellationToken cancellationToken)
    {
        if (notification is not { IntegrationType: "jira", EventType: "comment_created" or "comment_updated" or "comment_deleted" }
            || notification.Payload.Text("issue", "id") is not { } issueId
            || ReadDetail.Comment(notification.Payload.At("comment")) is not { } comment
            || await events.Listening(notification, DetailKind.Comments, cancellationToken) is not { } connection
            || await events.HoldOrRead(notification, connection, issueId, cancellationToken) is not { } ticket)
            return;
        await events.Apply(notification, DetailKind.Comments, ticket.Id, comment, gone: notification.EventType == "comment_deleted", cancellationToken);
    }
}
