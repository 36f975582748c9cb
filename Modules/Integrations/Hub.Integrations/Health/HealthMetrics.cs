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

    public static void Observed(string source, Observation seen) =>
        Observations.Add(1, new("source", source), new("outcome", seen.Ok ? "ok" : seen.Reason ?? FailureReason.ProviderError));

    /// <param name="outcome">ok, failed, throttled, proven (by a real call), untestable, gone, superseded or fault.</param>
    /// <param name="late">How long after its time it began.</param>
    public static void Checked(string outcome, TimeSpan late)
    {
        Checks.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        Lag.Record(Math.Max(0, late.TotalSeconds));
    }
}
