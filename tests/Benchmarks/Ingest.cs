using System.Collections.Concurrent;
using System.Diagnostics;

namespace Hub.Benchmarks;

/// <summary>What came of sending deliveries for a while.</summary>
/// <param name="PerSecond">Accepted ones.</param>
/// <param name="P50">Milliseconds from the first byte sent to the answer; of those accepted.</param>
/// <param name="P99">The same.</param>
/// <param name="Answers">How many by status; 0 for connections that broke.</param>
internal sealed record Ingest(double PerSecond, double P50, double P99, IReadOnlyDictionary<int, int> Answers)
{
    public const int Connections = 64;

    /// <summary>What the hub asks those to wait whom it refuses.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    public override string ToString() => $"{PerSecond:0}/s, p50 {P50:0.0} ms, p99 {P99:0.0} ms";

    /// <param name="url">On this machine.</param>
    /// <param name="events">What is sent.</param>
    /// <param name="duration">For how long.</param>
    /// <param name="connections">Each sends the next when the last was answered.</param>
    /// <param name="rate">So many a second over all, if they are answered in time; null for as many as are answered, and pauses for those refused.</param>
    public static async Task<Ingest> Load(Uri url, SignedEvents events, TimeSpan duration, int connections = Connections, double? rate = null)
    {
        var started = Stopwatch.GetTimestamp();
        var answers = new ConcurrentDictionary<int, int>();
        var latencies = await Task.WhenAll(Enumerable.Range(0, connections).Select(index => Task.Run(async () =>
        {
            using var connection = new RawConnection(url);
            var own = new List<double>();
            var due = TimeSpan.FromSeconds(index / (rate ?? 1));
            while (Stopwatch.GetElapsedTime(started) < duration)
            {
                if (rate is { } perSecond)
                {
                    if (due - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } pause)
                        await Task.Delay(pause);
                    due += TimeSpan.FromSeconds(connections / perSecond);
                }

                var sent = Stopwatch.GetTimestamp();
                var status = await connection.Send(events.Next(url));
                answers.AddOrUpdate(status, 1, (_, count) => count + 1);
                if (status is 200 or 202)
                    own.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                else if (rate is null && status is 503 or 0)
                    await Task.Delay(RetryAfter);
            }

            return own;
        })));
        var all = latencies.SelectMany(own => own).Order().ToArray();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return all.Length == 0 ? new(0, 0, 0, answers) : new(all.Length / seconds, all[all.Length / 2], all[(int)(all.Length * 0.99)], answers);
    }
}
