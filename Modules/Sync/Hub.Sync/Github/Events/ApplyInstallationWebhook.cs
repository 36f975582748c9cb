using Hub.Integrations.Contracts;
using Hub.Sync.Contracts;
using Hub.Sync.Github.Api;
using Hub.Sync.Providers;
using Hub.Sync.Runs;
using Hub.Webhooks.Contracts;
using MediatR;

namespace Hub.Sync.Github.Events;

/// <summary>
/// What becomes of an app's installation. One that is suspended or deleted gives no token any more: the integration's health says so at once, not when the
/// next call fails. One that works again, or is given the repository, is read; that call tells whether it does.
/// </summary>
internal sealed class ApplyInstallationWebhook(IMediator mediator, WantedReads reads) : INotificationHandler<WebhookReceived>
{
    public async Task Handle(WebhookReceived notification, CancellationToken cancellationToken)
    {
        var name = notification.EventType.Split('.')[0];
        if (notification is not { IntegrationType: "github_app" } || name is not ("installation" or "installation_repositories")
            || (await mediator.Send(new AskWebhookSources(IntegrationId: notification.IntegrationId), cancellationToken)).SingleOrDefault() is not { } source
            || source.Settings.GetValueOrDefault("installation_id").Text() != notification.Payload.Text("installation", "id"))
            return;
        var repository = source.Settings.GetValueOrDefault("repository").Text();
        if (Loss(notification, repository) is var (reason, message))
        {
            await mediator.Publish(new IntegrationCalled(notification.IntegrationId, false, reason, message, 0), cancellationToken);
            notification.Effects.Add(message);
        }
        else if (repository is not null && Gain(notification, repository))
        {
            await reads.Want(notification.IntegrationId, notification.ScopePath, $"webhook: {name}", later: false, cancellationToken);
            notification.Effects.Add("an incremental run reads what the installation may see now");
        }
    }

    private static (string Reason, string Message)? Loss(WebhookReceived told, string? repository) => told.EventType switch
    {
        "installation.deleted" => ("auth", "The app was uninstalled at GitHub. Install it again and set the new installation_id."),
        "installation.suspend" => ("auth", "The app's installation was suspended at GitHub. Unsuspend it on the installation's page."),
        "installation_repositories.removed" when Names(told, "repositories_removed", repository) =>
            ("permission", $"The app's installation may not see {repository} any more. Add the repository on the installation's page."),
        _ => null,
    };

    private static bool Gain(WebhookReceived told, string repository) => told.EventType switch
    {
        "installation.created" or "installation.unsuspend" or "installation.new_permissions_accepted" => true,
        "installation_repositories.added" =>
            told.Payload.Text("repository_selection") == "all" || Names(told, "repositories_added", repository),
        _ => false,
    };

    private static bool Names(WebhookReceived told, string list, string? repository) =>
        told.Payload.Items(list).Any(one => string.Equals(one.Text("full_name"), repository, StringComparison.OrdinalIgnoreCase));
}
