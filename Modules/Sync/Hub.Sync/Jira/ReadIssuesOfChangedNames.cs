using System.Globalization;
using Hub.Integrations.Contracts;
using Hub.Sync.Jira.Mapping;
using Hub.Sync.Providers;
using Hub.Sync.Runs;
using Hub.Webhooks.Contracts;
using MediatR;

namespace Hub.Sync.Jira;

/// <summary>
/// A version or sprint that is renamed, released, closed or merged changes issues without giving them a new time of update. Where field mappings keep such
/// values, the issues that it is set on are read again by a query; without mappings nothing that is kept changes.
/// </summary>
internal sealed class ReadIssuesOfChangedNames(IMediator mediator, WantedReads reads) : INotificationHandler<WebhookReceived>
{
    public async Task Handle(WebhookReceived notification, CancellationToken cancellationToken)
    {
        if (notification is not { IntegrationType: "jira" } || Jql(notification) is not { } jql
            || await mediator.Send(new AskConnection(notification.IntegrationId), cancellationToken) is not { } connection
            || FieldMappings.Of(connection).Hash is null)
            return;
        if (jql.Length == 0)
            await reads.Want(notification.IntegrationId, notification.ScopePath, $"webhook: {notification.EventType}", later: false, cancellationToken);
        else
            await reads.Want(notification.IntegrationId, notification.ScopePath, jql, $"webhook: {notification.EventType}", cancellationToken);
        notification.Effects.Add(jql.Length == 0 ? "an incremental run reads what changed" : $"a run reads again what this finds: {jql}");
    }

    /// <returns>What finds the issues; empty where none can be named any more and those that changed are read; null when no issue changes.</returns>
    private static string? Jql(WebhookReceived told) => told.EventType switch
    {
        "jira:version_updated" or "jira:version_released" or "jira:version_unreleased" => Versions(Id(told, "version")),
        "jira:version_merged" => Versions(Id(told, "mergedTo") ?? Id(told, "version")),
        // The version cannot be asked for any more, nor who lost it: all of its project are read.
        "jira:version_deleted" => Versions(Id(told, "mergedTo"))
            ?? (Number(told.Payload.Text("version", "projectId")) is { } project ? $"project = {project}" : null),
        "sprint_updated" or "sprint_started" or "sprint_closed" => Id(told, "sprint") is { } sprint ? $"sprint = {sprint}" : null,
        "sprint_deleted" => "",
        _ => null,
    };

    private static string? Versions(string? id) => id is null ? null : $"fixVersion = {id} OR affectedVersion = {id}";

    // Where a version was merged into is told as a version or as its number.
    private static string? Id(WebhookReceived told, string member) => Number(told.Payload.Text(member, "id") ?? told.Payload.Text(member));

    // A number and nothing else goes into a query.
    private static string? Number(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number.ToString(CultureInfo.InvariantCulture) : null;
}
