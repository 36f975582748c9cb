using System.Text.Json;
using Hub.Sync.Details;
using Hub.Sync.Providers;
using Hub.Sync.Tickets;
using Hub.Webhooks.Contracts;
using MediatR;

namespace Hub.Sync.Jira.Details;

/// <summary>
/// Applies what a webhook tells of a link to both tickets that it ties. It names issues by their numbers only: where the other one is not known here, the
/// next run reads the links anew.
/// </summary>
internal sealed class ApplyLinkEvent(DetailEvents events, DetailDues dues) : INotificationHandler<WebhookReceived>
{
    public async Task Handle(WebhookReceived notification, CancellationToken cancellationToken)
    {
        var link = notification.Payload.At("issueLink");
        if (notification is not { IntegrationType: "jira", EventType: "issuelink_created" or "issuelink_deleted" }
            || (link.Text("id"), link.Text("sourceIssueId"), link.Text("destinationIssueId")) is not ({ } id, { } source, { } destination)
            || await events.Listening(notification, DetailKind.Links, cancellationToken) is not { } connection)
            return;

        var held = new Dictionary<string, StoredTicket>(StringComparer.Ordinal);
        // In order, so that two events about the same pair never wait for each other.
        foreach (var end in new[] { source, destination }.Distinct().Order(StringComparer.Ordinal))
            if (await events.Hold(notification, connection, end, cancellationToken) is { } ticket)
                held[end] = ticket;
        await Tie(notification, link, id, held.GetValueOrDefault(source), held.GetValueOrDefault(destination), "outward", cancellationToken);
        await Tie(notification, link, id, held.GetValueOrDefault(destination), held.GetValueOrDefault(source), "inward", cancellationToken);
    }

    private async Task Tie(
        WebhookReceived told, JsonElement link, string id, StoredTicket? at, StoredTicket? other, string direction, CancellationToken ct)
    {
        if (at is null)
            return;
        if (other is null)
        {
            await dues.Mark(told.IntegrationId, [at.Id], [DetailKind.Links.Stream], ct);
            told.Effects.Add($"links of ticket {at.Id} left to the next sync");
            return;
        }

        var type = link.At("issueLinkType");
        var detail = ReadDetail.Link(id, type.Text("name"), direction, type.Text($"{direction}Name"), other.Key);
        await events.Apply(told, DetailKind.Links, at.Id, detail, gone: told.EventType == "issuelink_deleted", ct);
    }
}
