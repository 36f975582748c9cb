using System.Diagnostics.Metrics;

namespace Hub.Integrations.Health;

/// <summary>How the integrations in this hub's database are, as gauges of this hub alone.</summary>
internal sealed class HealthCensus
{
    private readonly Gauge<long> integrations;
    private readonly Gauge<double> overdue;

    public HealthCensus(IMeterFactory meters)
    {
        var meter = meters.Create("Hub.Health");
        integrations = meter.CreateGauge<long>("hub.integrations", description: "Enabled integrations by health status");
        overdue = meter.CreateGauge<double>("hub.health.checks.overdue", "s", "How long the oldest due check has been waiting");
    }

    public void Record(IReadOnlyDictionary<string, long> byStatus, TimeSpan oldestDue)
    {
        foreach (var status in new[] { HealthStatus.Healthy, HealthStatus.Warning, HealthStatus.Error, HealthStatus.Unknown })
            integrations.Record(byStatus.GetValueOrDefault(status), new KeyValuePair<string, object?>("health_status", status));
        overdue.Record(Math.Max(0, oldestDue.TotalSeconds));
    }
}
