using Hub.Integrations.Contracts;
using Hub.Webhooks.Verification;

namespace Hub.Webhooks.Inbound;

/// <summary>An integration that may send, ready for the proof.</summary>
internal sealed record Sender(IntegrationInfo Integration, SenderFields Fields, WebhookScheme Scheme)
{
    public override string ToString() => $"Sender {Integration.Id}";
}
