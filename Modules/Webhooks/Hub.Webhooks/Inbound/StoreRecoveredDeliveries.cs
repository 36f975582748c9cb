using System.Diagnostics;
using System.Text.Json;
using Hub.Integrations.Contracts;
using Hub.Schemas.Contracts;
using Hub.SharedKernel.Data;
using Hub.Webhooks.Contracts;
using Hub.Webhooks.Verification;
using MediatR;
using Microsoft.AspNetCore.Http;

namespace Hub.Webhooks.Inbound;

/// <summary>
/// Puts deliveries that were fetched afterwards into the inbox, as if they had been received, in the transaction of whoever fetched them. The index decides
/// that none is there twice, also when the provider sends it again at this moment.
/// </summary>
internal sealed class StoreRecoveredDeliveries(Db db, IMediator mediator, WebhookOptions options, TimeProvider time) : INotificationHandler<DeliveriesRecovered>
{
    private const string Mark = "x-hub-recovered";

    public async Task Handle(DeliveriesRecovered notification, CancellationToken cancellationToken)
    {
        var sources = await mediator.Send(new AskWebhookSources(IntegrationId: notification.IntegrationId), cancellationToken);
        if (sources is not [var source] || await mediator.Send(new AskSchema(source.Integration.Type), cancellationToken) is not { } schema)
            return;
        var (scheme, fields) = (WebhookScheme.Parse(schema.Webhook), new SenderFields(source.Settings, source.Secrets, source.FormerSecrets));
        var deliveries = notification.Deliveries.Where(one => one.Payload.Length <= options.MaxPayloadBytes)
            .Select(one => Describe(one, source.Integration, scheme, fields)).ToArray();
        if (deliveries.Length == 0)
            return;
        var stored = await InboxStore.Insert(db.Connection, deliveries, cancellationToken);
        foreach (var delivery in deliveries.Where(delivery => stored.Contains(delivery.Id)))
        {
            notification.Stored.Add(delivery.Facts.DeliveryId);
            WebhookMetrics.Received(delivery.IntegrationType, duplicate: false);
        }
    }

    private Delivery Describe(RecoveredDelivery recovered, IntegrationInfo integration, WebhookScheme scheme, SenderFields fields)
    {
        var now = time.GetUtcNow();
        IHeaderDictionary headers = new HeaderDictionary();
        foreach (var (name, value) in recovered.Headers)
            headers[name] = value;
        headers[Mark] = "true";
        // What is stored is JSON, in whatever form it was sent.
        headers.ContentType = "application/json";
        headers.Remove("Content-Encoding");
        headers.Remove("Content-Length");
        using var json = JsonDocument.Parse(recovered.Payload, new JsonDocumentOptions { MaxDepth = 512 });
        return new Delivery(
            Guid.CreateVersion7(now), integration.Id, integration.Type, integration.ScopePath,
            DeliveryFacts.Of(scheme, fields, headers, json.RootElement, recovered.Payload),
            Deflated.Of(recovered.Payload), recovered.Payload.Length, KeptHeaders.Of(headers, scheme, fields), now, Activity.Current?.Id);
    }
}
