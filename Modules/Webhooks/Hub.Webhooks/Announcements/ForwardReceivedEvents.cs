using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Text;
using Hub.Webhooks.Contracts;
using MediatR;

namespace Hub.Webhooks.Announcements;

/// <summary>
/// <c>webhook.forwarded</c>: every proven delivery with its payload, whatever else the hub does with it, for endpoints that ask for it by name or as
/// <c>webhook.*</c>. Who wants all events is not told: one busy sender would flood him.
/// </summary>
internal sealed class ForwardReceivedEvents(Db db, TimeProvider time) : INotificationHandler<WebhooksReceived>
{
    /// <summary>Larger payloads are null in the message; <c>GET /webhooks/events/{id}</c> shows them.</summary>
    private const int MostBytes = 256 * 1024;

    public async Task Handle(WebhooksReceived notification, CancellationToken cancellationToken)
    {
        var scopes = notification.Events.SelectMany(one => one.ScopePath).Distinct().ToArray();
        var asking = (await db.List<long>(SelectAsking, new { scopes }, cancellationToken)).ToHashSet();
        foreach (var received in notification.Events.Where(one => one.ScopePath.Any(asking.Contains)))
            await Forward(received, cancellationToken);
    }

    private async Task Forward(WebhookReceived received, CancellationToken ct)
    {
        var endpoints = await Announcer.Tell(db, received.ScopePath, [new Announcement("webhook.forwarded", new
        {
            received.EventId,
            received.IntegrationId,
            received.IntegrationType,
            received.EventType,
            received.ReceivedAt,
            payload = Fits(received.Payload) ? received.Payload : (JsonElement?)null,
        }, string.Create(CultureInfo.InvariantCulture, $"integration:{received.IntegrationId}"), ByNameOnly: true)], time.GetUtcNow(), ct);
        if (endpoints > 0)
            received.Effects.Add(string.Create(CultureInfo.InvariantCulture, $"forwarded to {endpoints} {(endpoints == 1 ? "endpoint" : "endpoints")}"));
    }

    // What the database's JSON does not take is no reason to lose the event.
    private static bool Fits(JsonElement payload) =>
        JsonMarshal.GetRawUtf8Value(payload).Length <= MostBytes && StorableText.Everywhere(payload);

    private const string SelectAsking = """
        select distinct scope_id
        from webhooks.endpoints
        where scope_id = any(@scopes) and state <> 'disabled' and event_types && array['webhook.forwarded', 'webhook.*']
        """;
}
