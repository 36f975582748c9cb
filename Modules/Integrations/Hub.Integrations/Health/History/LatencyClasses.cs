namespace Hub.Integrations.Health.History;

/// <summary>
/// Latencies are kept as counts by class, each class reaching a quarter further than the one before: from 1 ms to 87 s. So they add up over any time and
/// any number of integrations, and a percentile is never further off than one class is wide.
/// </summary>
internal static class LatencyClasses
{
    public const int Count = 52;
    public const double Growth = 1.25;

    /// <summary>The element of a stored array that counts this latency; arrays begin at 1, and the first counts what was not timed.</summary>
    public static int ElementOf(double? milliseconds) => milliseconds is { } measured ? 1 + ClassOf(measured) : 1;

    /// <summary>A stored array with one call in it.</summary>
    public static long[] One(double? milliseconds)
    {
        var counts = new long[ElementOf(milliseconds)];
        counts[^1] = 1;
        return counts;
    }

    /// <param name="counts">A stored array, or several added up.</param>
    /// <param name="share">0 to 1.</param>
    /// <returns>Milliseconds, rounded to a tenth; null when nothing was timed.</returns>
    public static double? Percentile(IReadOnlyList<long> counts, double share)
    {
        var timed = counts.Skip(1).Sum();
        if (timed == 0)
            return null;
        var rank = share * timed;
        var below = 0L;
        for (var k = 1; k < counts.Count; k++)
        {
            if (counts[k] > 0 && below + counts[k] >= rank)
                return Math.Round(Within(k, (rank - below) / counts[k]), 1);
            below += counts[k];
        }

        return null;
    }

    public static void Add(long[] sum, IReadOnlyList<long> counts)
    {
        for (var i = 0; i < counts.Count && i < sum.Length; i++)
            sum[i] += counts[i];
    }

    private static int ClassOf(double milliseconds) =>
        milliseconds > 1 ? Math.Min(Count, 1 + (int)Math.Ceiling(Math.Log(milliseconds) / Math.Log(Growth))) : 1;

    private static double Within(int latencyClass, double part) =>
        latencyClass == 1 ? part : Math.Pow(Growth, latencyClass - 2 + part);
}

/// <summary>Percentiles of latencies in milliseconds, accurate to a quarter.</summary>
internal sealed record Latency(double P50, double P95, double P99)
{
    /// <returns>Null when nothing was timed.</returns>
    public static Latency? Of(IReadOnlyList<long> counts) =>
        LatencyClasses.Percentile(counts, 0.5) is { } p50
            ? new Latency(p50, LatencyClasses.Percentile(counts, 0.95)!.Value, LatencyClasses.Percentile(counts, 0.99)!.Value)
            : null;
}
