using System.Text.Json;
using Hub.Integrations.ConfigFiles;
using Hub.Integrations.Contracts;
using Hub.Integrations.Integrations;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Http;
using MediatR;

namespace Hub.Integrations.Connections;

/// <summary>Says where an integration's webhooks shall go and what signs them. An address of its own wins over the hub's.</summary>
internal sealed class AnswerWebhookTarget(
    Db db, IntegrationTypes types, EffectiveConfigurations configurations, SecretFingerprints fingerprints, PublicAddress hub)
    : IRequestHandler<AskWebhookTarget, WebhookTarget?>
{
    private const string SecretField = "webhook_secret";

    public async Task<WebhookTarget?> Handle(AskWebhookTarget request, CancellationToken cancellationToken)
    {
        if (await db.First<IntegrationRow>(Select, new { request.IntegrationId }, cancellationToken) is not { } row)
            return null;
        var subject = await configurations.Of(row, await types.Of(row, cancellationToken), cancellationToken);
        var wanted = subject.Settings.TryGetValue("manage_webhook", out var managed) && managed.ValueKind is JsonValueKind.True;
        var url = subject.Settings.Text("webhook_url") ?? (hub.Configured is { } address ? address + WebhookToken.Path(row.WebhookToken) : null);
        var secret = subject.Secret(SecretField);
        return new WebhookTarget(
            wanted, url, secret, secret is null ? null : fingerprints.Of(subject.Type, SecretField, secret), ProblemOf(subject, url, secret));
    }

    private static string? ProblemOf(EffectiveConfiguration subject, string? url, string? secret) =>
        secret is null ? subject.Secrets.Problem ?? "No webhook secret is set. Set one: unsigned webhooks are refused, so the hub registers none."
        : url is null ? "The hub does not know under which address providers reach it. Set Hub__PublicUrl to its public address and start it again."
        : null;

    private const string Select = $"select {IntegrationRow.Columns} from integrations.integrations where id = @integrationId";
}
