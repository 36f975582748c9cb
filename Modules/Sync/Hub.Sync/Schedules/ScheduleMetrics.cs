using System.Diagnostics.Metrics;

namespace Hub.Sync.Schedules;

/// <summary>How punctual schedules are.</summary>
internal static class ScheduleMetrics
{
    private static readonly Meter Meter = new("Hub.Sync.Schedules");
    private static readonly Counter<long> Turns =
        Meter.CreateCounter<long>("hub.sync.schedule.turns", description: "Schedules that came due, by outcome");
    private static readonly Histogram<double> Lag =
        Meter.CreateHistogram<double>("hub.sync.schedule.lag", "s", "How long after its time a schedule was looked at");

    public static void Turned(bool started, TimeSpan late)
    {
        Turns.Add(1, new KeyValuePair<string, object?>("outcome", started ? "started" : "skipped"));
        Lag.Record(Math.Max(0, late.TotalSeconds));
    }
}
