using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Hub.Host.Metrics;

/// <summary>One instrument under its Prometheus name, with one series for each set of labels.</summary>
internal sealed class PrometheusMetric
{
    private static readonly double[] SecondBounds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
    private static readonly double[] PlainBounds = [1, 5, 10, 50, 100, 500, 1000, 5000, 10_000, 100_000];
    private readonly ConcurrentDictionary<string, Series> series = new(StringComparer.Ordinal);
    // The same by tags in the order and form that an instrument gives them: writing them out each time would cost more than the measurement.
    private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], Series> known = new(new SameTags());
    private readonly double[]? bounds;
    private readonly bool replaces;

    private PrometheusMetric(Instrument instrument, string name, string type, double[]? bounds, bool replaces) =>
        (Name, Type, Help, this.bounds, this.replaces) = (name, type, (instrument.Description ?? name).ReplaceLineEndings(" "), bounds, replaces);

    public string Name { get; }
    public string Type { get; }
    public string Help { get; }

    public static PrometheusMetric For(Instrument instrument)
    {
        var kind = instrument.GetType().GetGenericTypeDefinition();
        var isHistogram = kind == typeof(Histogram<>);
        var isCounter = kind == typeof(Counter<>) || kind == typeof(ObservableCounter<>);
        // Observable instruments and gauges report the present value, the others report what is added to it.
        return new PrometheusMetric(
            instrument, NameOf(instrument, isCounter), isHistogram ? "histogram" : isCounter ? "counter" : "gauge",
            isHistogram ? instrument.Unit == "s" ? SecondBounds : PlainBounds : null,
            replaces: instrument.IsObservable || kind == typeof(Gauge<>));
    }

    /// <returns>False when a new series would go over the cap.</returns>
    public bool TryRecord(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, int maxSeries)
    {
        var lookup = known.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
        if (!lookup.TryGetValue(tags, out var one))
        {
            var labels = Labels(tags);
            if (!series.TryGetValue(labels, out one))
            {
                if (series.Count >= maxSeries)
                    return false;
                one = series.GetOrAdd(labels, key => new Series(key, bounds));
            }

            if (known.Count < maxSeries)
                lookup.TryAdd(tags, one);
        }

        one.Record(value, replaces);
        return true;
    }

    public void AppendTo(StringBuilder text)
    {
        foreach (var one in series.Values)
            one.AppendTo(text, Name);
    }

    // https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/: unit as suffix, counters end in _total.
    private static string NameOf(Instrument instrument, bool isCounter)
    {
        var unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "ms" => "_milliseconds",
            "By" => "_bytes",
            "%" => "_percent",
            _ => "",
        };
        var name = Sanitize(instrument.Name);
        if (!name.EndsWith(unit, StringComparison.Ordinal))
            name += unit;
        return isCounter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
            return "";
        var labels = new List<string>(tags.Length);
        foreach (var (key, value) in tags)
            labels.Add($"{Sanitize(key)}=\"{Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")}\"");
        labels.Sort(StringComparer.Ordinal);
        return string.Join(',', labels);
    }

    private static string Escape(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Sanitize(string name) => string.Create(name.Length, name, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++)
            span[i] = char.IsAsciiLetterOrDigit(source[i]) ? source[i] : '_';
    });

    private sealed class Series(string labels, double[]? bounds)
    {
        private readonly Lock gate = new();
        private readonly long[]? buckets = bounds is null ? null : new long[bounds.Length];
        private double value;
        private long count;

        public void Record(double measured, bool replaces)
        {
            lock (gate)
            {
                value = replaces ? measured : value + measured;
                if (buckets is null)
                    return;
                count++;
                var index = Array.FindIndex(bounds!, bound => measured <= bound);
                if (index >= 0)
                    buckets[index]++;
            }
        }

        public void AppendTo(StringBuilder text, string name)
        {
            lock (gate)
            {
                var braces = labels is "" ? "" : $"{{{labels}}}";
                if (buckets is null)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{name}{braces} {value:R}\n");
                    return;
                }

                var comma = labels is "" ? "" : labels + ",";
                var sum = 0L;
                for (var i = 0; i < buckets.Length; i++)
                    text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{comma}le=\"{bounds![i]:R}\"}} {sum += buckets[i]}\n");
                text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{comma}le=\"+Inf\"}} {count}\n{name}_sum{braces} {value:R}\n{name}_count{braces} {count}\n");
            }
        }
    }
}
