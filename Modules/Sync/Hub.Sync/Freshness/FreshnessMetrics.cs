using System.Diagnostics.Metrics;

namespace Hub.Sync.Freshness;

/// <summary>All streams of one name of one type of integration.</summary>
internal sealed record StreamCensus(string IntegrationType, string Stream, double? WorstAge, double? MedianAge, long Stale, long Empty);

/// <summary>
/// How old data is. Labels are types and streams, which are few, and never integrations. Counters may be the process's; what is counted in a
/// database belongs to the hub on it, since another's census would overwrite it.
/// </summary>
internal sealed class FreshnessMetrics
{
    private readonly HashSet<(string Type, string Stream)> seen = [];
    private readonly Lock gate = new();
    private readonly Gauge<double> age;
    private readonly Gauge<long> alarms;

    public FreshnessMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Hub.Sync.Freshness");
        age = meter.CreateGauge<double>("hub.sync.stream.age", "s", "Age of the data of enabled integrations, the worst and the median");
        alarms = meter.CreateGauge<long>("hub.sync.streams.stale", description: "Streams with an alarm: older than their target, or successful and empty");
    }

    public void Census(IReadOnlyList<StreamCensus> counts)
    {
        lock (gate)
        {
            foreach (var count in counts)
                Record(count);
            // What is gone would otherwise keep its last value for ever.
            foreach (var (type, stream) in seen.Except(counts.Select(count => (count.IntegrationType, count.Stream))))
                Record(new StreamCensus(type, stream, null, null, 0, 0));
            seen.UnionWith(counts.Select(count => (count.IntegrationType, count.Stream)));
        }
    }

    private void Record(StreamCensus count)
    {
        var (type, stream) = (new KeyValuePair<string, object?>("integration_type", count.IntegrationType), new KeyValuePair<string, object?>("stream", count.Stream));
        age.Record(count.WorstAge ?? double.NaN, type, stream, new("of", "worst"));
        age.Record(count.MedianAge ?? double.NaN, type, stream, new("of", "median"));
        alarms.Record(count.Stale, type, stream, new("alarm", "stale"));
        alarms.Record(count.Empty, type, stream, new("alarm", "empty_success"));
    }
}
