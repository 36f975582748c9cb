using Microsoft.Extensions.Configuration;

namespace Hub.Webhooks.Inbound;

/// <summary>Settings below <c>Hub:Webhooks</c>.</summary>
internal sealed record WebhookOptions
{
    /// <summary>The largest delivery, as sent and as decoded. GitHub sends up to 25 MB.</summary>
    public int MaxPayloadBytes { get; init; } = 26_214_400;

    /// <summary>What all deliveries being received may hold in memory together; beyond, senders are told to come back.</summary>
    public long MaxBufferedBytes { get; init; } = 134_217_728;

    /// <summary>How often an event is tried before it is dead.</summary>
    public int MaxAttempts { get; init; } = 8;

    /// <summary>How long messages to endpoints are kept, with their deliveries and attempts.</summary>
    public int RetentionDays { get; init; } = 30;

    public static WebhookOptions Read(IConfiguration configuration) => configuration.GetSection("Hub:Webhooks").Get<WebhookOptions>() ?? new WebhookOptions();
}
