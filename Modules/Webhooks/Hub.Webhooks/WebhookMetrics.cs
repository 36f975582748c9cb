using System.Diagnostics.Metrics;

namespace Hub.Webhooks;

/// <summary>Counters of the inbox; labels are types and outcomes only, which are few.</summary>
internal static class WebhookMetrics
{
    private static readonly Meter Meter = new("Hub.Webhooks");
    private static readonly Counter<long> ReceivedCount =
        Meter.CreateCounter<long>("hub.webhooks.received", description: "Proven deliveries by type and answer");
    private static readonly Counter<long> RejectedCount =
        Meter.CreateCounter<long>("hub.webhooks.rejected", description: "Refused deliveries by provider and reason");
    private static readonly Histogram<double> ProcessingTime =
        Meter.CreateHistogram<double>("hub.webhooks.processing.duration", "s", "Time to process an event, by type and outcome");

    public static void Received(string type, bool duplicate) =>
        ReceivedCount.Add(1, new("type", type), new("answer", duplicate ? "duplicate" : "accepted"));

    public static void Rejected(string provider, string reason) => RejectedCount.Add(1, new("provider", provider), new("reason", reason));

    public static void Processed(string type, string outcome, TimeSpan took) =>
        ProcessingTime.Record(took.TotalSeconds, new("type", type), new("outcome", outcome));
}
