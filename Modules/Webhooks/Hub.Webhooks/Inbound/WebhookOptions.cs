using Microsoft.Extensions.Configuration;

namespace Hub.Webhooks.Inbound;

/// <summary>Settings below <c>Hub:Webhooks</c>.</summary>
internal sealed record WebhookOptions
{
    /// <summary>The largest delivery, as sent and as decoded. GitHub sends up to 25 MB.</summary>
    public int MaxPayloadBytes { get; init; } = 26_214_400;

    /// <summary>What all deliveries being received may hold in memory together; beyond, senders are told to come back.</summary>
    public long MaxBufferedBytes { get; init; } = 134_217_728;

    /// <summary>Deliveries a second that one integration may send, with bursts of <see cref="InboundLimits.Burst"/> seconds' worth; 0 for any number.</summary>
    public int RatePerSource { get; init; } = 20_000;

    /// <summary>The same of one client address, proven or not; an IPv6 network of 64 bits counts as one.</summary>
    public int RatePerAddress { get; init; } = 20_000;

    /// <summary>How long a worker holds events that it has taken: after a crash they are taken again only then.</summary>
    public double LeaseSeconds { get; init; } = 60;

    /// <summary>How often an event is tried before it is dead.</summary>
    public int MaxAttempts { get; init; } = 8;

    /// <summary>How long received events are kept, and messages to endpoints with their deliveries and attempts.</summary>
    public int RetentionDays { get; init; } = 30;

    /// <summary>How long received events are kept that were given up; at least as long as the others.</summary>
    public int DeadRetentionDays { get; init; } = 90;

    public static WebhookOptions Read(IConfiguration configuration) => configuration.GetSection("Hub:Webhooks").Get<WebhookOptions>() ?? new WebhookOptions();
}
