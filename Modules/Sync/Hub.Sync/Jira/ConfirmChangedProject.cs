using Hub.SharedKernel.Data;
using Hub.Sync.Jira.Census;
using Hub.Sync.Providers;
using Hub.Sync.Runs;
using Hub.Webhooks.Contracts;
using MediatR;

namespace Hub.Sync.Jira;

/// <summary>
/// A project that is deleted or archived takes many issues with it. An event alone deletes none of them: the ids are compared with the site's at once, where
/// each missing one is asked for again and many wait for a person. A project with another key gives its issues other keys: they are read again.
/// </summary>
internal sealed class ConfirmChangedProject(Db db, CensusBook census, WantedReads reads, SyncOptions options) : INotificationHandler<WebhookReceived>
{
    public async Task Handle(WebhookReceived notification, CancellationToken cancellationToken)
    {
        if (notification is not { IntegrationType: "jira" } || !notification.EventType.StartsWith("project_", StringComparison.Ordinal)
            || notification.Payload.Text("project", "key") is not { } key)
            return;
        var id = notification.IntegrationId;
        var reason = $"webhook: {notification.EventType}";
        var known = await db.One<long>(CountTickets, new { integrationId = id, key }, cancellationToken);
        switch (notification.EventType)
        {
            case "project_deleted" or "project_soft_deleted" or "project_archived" when known > 0 && options.CensusHours <= 0:
                notification.Effects.Add($"{known} tickets of {key} are left to the next full run: comparing ids is switched off");
                break;
            case "project_deleted" or "project_soft_deleted" or "project_archived" when known > 0:
                await census.Hasten(id, cancellationToken);
                await reads.Want(id, notification.ScopePath, reason, later: false, cancellationToken);
                notification.Effects.Add($"a run compares the ids: {known} tickets of {key} may be gone");
                break;
            case "project_restored_deleted" or "project_restored_archived":
            case "project_updated" when known == 0:
                if (!long.TryParse(notification.Payload.Text("project", "id"), out var project))
                    return;
                await reads.Want(id, notification.ScopePath, $"project = {project}", reason, cancellationToken);
                notification.Effects.Add($"a run reads the issues of {key} again");
                break;
        }
    }

    private const string CountTickets = """
        select count(*) from sync.tickets where integration_id = @integrationId and project_key = @key and deleted_at is null
        """;
}
