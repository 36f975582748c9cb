using System.Collections.Concurrent;
using System.Diagnostics;

namespace Hub.Sync.Tests;

/// <summary>Counts database statements by the trace they belong to.</summary>
internal sealed class StatementCount : IDisposable
{
    private readonly ConcurrentDictionary<string, int> counts = new();
    private readonly ActivityListener listener;

    public StatementCount()
    {
        listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Npgsql" || source.Name.StartsWith("Hub.", StringComparison.Ordinal) || source.Name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                // How often the lease is extended depends on the time it takes.
                if (activity.Source.Name is "Npgsql" && !$"{activity.GetTagItem("db.query.text")}".Contains("set lease_until = @until", StringComparison.Ordinal))
                    counts.AddOrUpdate(activity.TraceId.ToHexString(), 1, (_, n) => n + 1);
            },
        };
        ActivitySource.AddActivityListener(listener);
    }

    public int Of(string trace) => counts.GetValueOrDefault(trace);

    public void Dispose() => listener.Dispose();
}
