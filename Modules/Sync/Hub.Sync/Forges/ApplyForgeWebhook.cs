using System.Text.Json;
using Hub.Integrations.Contracts;
using Hub.Sync.Tickets;
using Hub.Webhooks.Contracts;
using MediatR;

namespace Hub.Sync.Forges;

/// <summary>Applies what GitLab and Azure DevOps tell: pushes, merge and pull requests, issues and work items.</summary>
internal sealed class ApplyForgeWebhook(IMediator mediator, ForgeStore store) : INotificationHandler<WebhookReceived>
{
    public async Task Handle(WebhookReceived notification, CancellationToken cancellationToken)
    {
        if (notification.IntegrationType is not ("gitlab" or "azure_devops_repos")
            || (await mediator.Send(new AskWebhookSources(IntegrationId: notification.IntegrationId), cancellationToken)).SingleOrDefault() is not { } sender
            || Read(notification, sender.Settings) is not { } told)
            return;
        if (ForgeSites.OnlyRepository(notification.IntegrationType, sender.Settings) is { } only && told.Repository is { } repository && !repository.IsCalled(only))
        {
            notification.Effects.Add($"left out: {repository.FullName} is not the repository of this integration ({only})");
            return;
        }

        var source = new TicketSource(notification.IntegrationId, notification.ScopePath, told.SiteKey, ByWalk: false, notification.ReceivedAt);
        foreach (var effect in await store.Store(told, source, cancellationToken))
            notification.Effects.Add(effect);
    }

    private static ForgeTold? Read(WebhookReceived told, IReadOnlyDictionary<string, JsonElement> settings) => told.IntegrationType == "gitlab"
        ? GitlabEvents.OfEvent(told.Payload, ForgeSites.Gitlab(settings), told.ReceivedAt)
        : AzureEvents.OfEvent(told.Payload, ForgeSites.Azure(settings), told.ReceivedAt);
}
