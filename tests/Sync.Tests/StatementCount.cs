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
            ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore" or "Hub.Workers" or "Hub.Requests",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                // How often the lease is extended and the budget looked at depends on the time it takes.
                if (activity.Source.Name is "Npgsql" && $"{activity.GetTagItem("db.query.text")}" is var sql
                    && !sql.Contains("set lease_until = @until") && !sql.Contains("kernel.rate_budgets"))
                    counts.AddOrUpdate(activity.TraceId.ToHexString(), 1, (_, n) => n + 1);
            },
        };
        ActivitySource.AddActivityListener(listener);
    }

    public int Of(string trace) => counts.GetValueOrDefault(trace);

    public void Dispose() => listener.Dispose();
}
