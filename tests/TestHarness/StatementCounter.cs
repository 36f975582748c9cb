using System.Collections.Concurrent;
using System.Diagnostics;

namespace Hub.TestHarness;

/// <summary>Counts the database statements of one request, by the trace it begins.</summary>
public sealed class StatementCounter : IDisposable
{
    private readonly ConcurrentDictionary<string, int> counts = new();
    private readonly ActivityListener listener;

    public StatementCounter()
    {
        listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore" or "Hub.Requests",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.Source.Name is "Npgsql")
                    counts.AddOrUpdate(activity.TraceId.ToHexString(), 1, (_, n) => n + 1);
            },
        };
        ActivitySource.AddActivityListener(listener);
    }

    /// <summary>How many statements a GET takes.</summary>
    public async Task<int> Of(HttpClient http, string path)
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        (await http.Ask(HttpMethod.Get, path, null, ("traceparent", $"00-{trace}-b7ad6b7169203331-01"))).Expect(200);
        return counts.GetValueOrDefault(trace);
    }

    public void Dispose() => listener.Dispose();
}
