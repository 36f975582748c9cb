using System.Diagnostics.Metrics;

namespace Hub.Integrations.Health;

/// <summary>How the watching itself is doing; labels are few by nature.</summary>
internal static class HealthMetrics
{
    private static readonly Meter Meter = new("Hub.Health");
    private static readonly Counter<long> Observations =
        Meter.CreateCounter<long>("hub.health.observations", description: "Tests and real calls that counted for health, by source and outcome");
    private static readonly Counter<long> Checks =
        Meter.CreateCounter<long>("hub.health.checks", description: "Scheduled checks by outcome");
    private static readonly Histogram<double> Lag =
        Meter.CreateHistogram<double>("hub.health.check.lag", "s", "How long after its time a scheduled check began");
    private static readonly Gauge<long> Integrations =
        Meter.CreateGauge<long>("hub.integrations", description: "Enabled integrations by health status");
    private static readonly Gauge<double> Overdue =
        Meter.CreateGauge<double>("hub.health.checks.overdue", "s", "How long the oldest due check has been waiting");

    public static void Observed(string source, Observation seen) =>
        Observations.Add(1, new("source", source), new("outcome", seen.Ok ? "ok" : seen.Reason ?? FailureReason.ProviderError));

    /// <param name="outcome">ok, failed, throttled, proven (by a real call), untestable, gone, superseded or fault.</param>
    /// <param name="late">How long after its time it began.</param>
    public static void Checked(string outcome, TimeSpan late)
    {
        Checks.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        Lag.Record(Math.Max(0, late.TotalSeconds));
    }

    public static void Census(IReadOnlyDictionary<string, long> byStatus, TimeSpan overdue)
    {
        foreach (var status in new[] { HealthStatus.Healthy, HealthStatus.Warning, HealthStatus.Error, HealthStatus.Unknown })
            Integrations.Record(byStatus.GetValueOrDefault(status), new KeyValuePair<string, object?>("health_status", status));
        Overdue.Record(Math.Max(0, overdue.TotalSeconds));
    }
}
