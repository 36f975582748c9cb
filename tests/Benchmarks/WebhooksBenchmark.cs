using Hub.TestHarness;

namespace Hub.Benchmarks;

/// <summary>
/// Recorded deliveries over 64 connections, verified and committed before the answer, against a bare server that does only that with one commit for all
/// who wait, and with one commit each. Goals: 0.80 of the first, 1.7 times the second; p99 at most 1.5 times the first's, and under 25 ms at half load.
/// </summary>
internal static class WebhooksBenchmark
{
    private const string Secret = "a-secret-of-the-benchmark";
    private const int Rounds = 5;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(4);

    public static async Task Run()
    {
        var events = new SignedEvents(Secret);
        var connectionString = await HubDatabases.Create();
        await using var bare = await BareInbox.Start(connectionString, Secret);
        await using var hub = await HubFixture.Start(setup => (setup.Logs, setup.Workers, setup.ConnectionString) = (false, false, connectionString));
        var (group, single, ours) = (bare.Url, new Uri(bare.Url, "single"), await Sender.Create(hub, Secret));
        foreach (var url in new[] { group, single, ours })
            await Ingest.Load(url, events, TimeSpan.FromSeconds(2));
        Console.WriteLine($"{events.MeanBytes:0} bytes on average");
        var rounds = new List<(Ingest Group, Ingest Single, Ingest Hub)>();
        for (var round = 1; round <= Rounds; round++)
        {
            rounds.Add((await Ingest.Load(group, events, Duration), await Ingest.Load(single, events, Duration), await Ingest.Load(ours, events, Duration)));
            var (limit, each, hubs) = rounds[^1];
            Console.WriteLine($"ingest: group commit {limit}; one commit each {each}; hub {hubs}; {hubs.PerSecond / limit.PerSecond:0.00} and {hubs.PerSecond / each.PerSecond:0.0}, p99 {hubs.P99 / limit.P99:0.0} times");
        }

        Console.WriteLine(
            $"ingest, medians: {Median(r => r.Hub.PerSecond / r.Group.PerSecond):0.00} of group commit, {Median(r => r.Hub.PerSecond / r.Single.PerSecond):0.0} times one commit each, "
            + $"p99 {Median(r => r.Hub.P99 / r.Group.P99):0.0} times that of group commit");
        var half = Median(r => r.Hub.PerSecond) / 2;
        Console.WriteLine($"half load, {half:0}/s wanted: {await Ingest.Load(ours, events, TimeSpan.FromSeconds(8), rate: half)}");

        double Median(Func<(Ingest Group, Ingest Single, Ingest Hub), double> figure) => rounds.Select(figure).Order().ElementAt(Rounds / 2);
    }
}
