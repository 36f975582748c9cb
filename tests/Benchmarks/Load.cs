using System.Diagnostics;

namespace Hub.Benchmarks;

internal static class Load
{
    private const int Connections = 32;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    /// <summary>Requests per second and p99 in ms of one GET over 32 connections to an address on this machine, for 5 s.</summary>
    public static async Task<(double PerSecond, double P99)> Get(Uri url)
    {
        if (!url.IsLoopback)
            throw new ArgumentException("Load goes to this machine only.", nameof(url));
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Connections });
        (await http.GetAsync(url)).EnsureSuccessStatusCode();
        var started = Stopwatch.GetTimestamp();
        var latencies = await Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ =>
        {
            var own = new List<double>();
            while (Stopwatch.GetElapsedTime(started) < Duration)
            {
                var sent = Stopwatch.GetTimestamp();
                (await http.GetAsync(url)).Dispose();
                own.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            }

            return own;
        }));
        var all = latencies.SelectMany(own => own).Order().ToArray();
        return (all.Length / Stopwatch.GetElapsedTime(started).TotalSeconds, all[(int)(all.Length * 0.99)]);
    }
}
