using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Hub.Host.Metrics;

/// <summary>
/// Collects the accepted meters' instruments, the process's and this hub's own but not those of another hub in the process, and renders them in
/// the Prometheus text format. Series per metric are capped: a label that grows without bound costs a counter, not the memory.
/// </summary>
internal sealed class PrometheusExporter : IDisposable
{
    private const int MaxSeries = 2000;
    private readonly MeterListener listener = new();
    private readonly ConcurrentDictionary<Instrument, PrometheusMetric> metrics = new();
    private long dropped;

    public PrometheusExporter(IMeterFactory own, Func<string, bool> accept)
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (accept(instrument.Meter.Name) && (instrument.Meter.Scope is null || instrument.Meter.Scope == own))
                self.EnableMeasurementEvents(instrument, metrics.GetOrAdd(instrument, PrometheusMetric.For));
        };
        listener.SetMeasurementEventCallback<byte>((_, value, tags, metric) => Record(metric, value, tags));
        listener.SetMeasurementEventCallback<short>((_, value, tags, metric) => Record(metric, value, tags));
        listener.SetMeasurementEventCallback<int>((_, value, tags, metric) => Record(metric, value, tags));
        listener.SetMeasurementEventCallback<long>((_, value, tags, metric) => Record(metric, value, tags));
        listener.SetMeasurementEventCallback<float>((_, value, tags, metric) => Record(metric, value, tags));
        listener.SetMeasurementEventCallback<double>((_, value, tags, metric) => Record(metric, value, tags));
        listener.SetMeasurementEventCallback<decimal>((_, value, tags, metric) => Record(metric, (double)value, tags));
        listener.Start();
    }

    public string Render()
    {
        listener.RecordObservableInstruments();
        var text = new StringBuilder(16 * 1024);
        foreach (var family in metrics.Values.GroupBy(metric => metric.Name).OrderBy(family => family.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"# HELP {family.Key} {family.First().Help}\n# TYPE {family.Key} {family.First().Type}\n");
            foreach (var metric in family)
                metric.AppendTo(text);
        }

        text.Append(CultureInfo.InvariantCulture, $"# HELP hub_metrics_dropped_total Measurements dropped because a metric has too many series\n# TYPE hub_metrics_dropped_total counter\nhub_metrics_dropped_total {Interlocked.Read(ref dropped)}\n");
        return text.ToString();
    }

    public void Dispose() => listener.Dispose();

    private void Record(object? metric, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!((PrometheusMetric)metric!).TryRecord(value, tags, MaxSeries))
            Interlocked.Increment(ref dropped);
    }
}
