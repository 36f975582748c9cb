using Hub.Webhooks.Contracts;
using MediatR;

namespace Hub.Webhooks.Processing;

/// <summary>For reactions that work on one event at a time.</summary>
internal sealed class PublishEachEvent(IMediator mediator) : INotificationHandler<WebhooksReceived>
{
    public async Task Handle(WebhooksReceived notification, CancellationToken cancellationToken)
    {
        foreach (var received in notification.Events)
            await mediator.Publish(received, cancellationToken);
    }
}
