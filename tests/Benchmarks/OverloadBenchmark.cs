using Hub.TestHarness;
using Npgsql;

namespace Hub.Benchmarks;

/// <summary>
/// Far more than can be stored, for a minute each: four times what the hub took when it was calm, whatever it answers; then thousands of connections that
/// send as fast as they are answered. Each delivery is accepted or refused with 503 or 429, what was accepted is stored, and afterwards the hub answers as
/// before. Goal: at most 250 MB. A connection costs Kestrel 20 KB while a delivery comes in, so that the second load is the harder one.
/// </summary>
internal static class OverloadBenchmark
{
    private const string Secret = "a-secret-of-the-benchmark";
    private const int TimesTooMuch = 4;

    /// <summary>More than the hub lets wait, so that it must refuse.</summary>
    private const int Many = 3072;
    private const int TooMany = 6000;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(60);

    public static async Task Run()
    {
        var events = new SignedEvents(Secret);
        var connectionString = await HubDatabases.Create();
        Uri path;
        await using (var setup = await HubFixture.Start(setup => (setup.Logs, setup.Workers, setup.ConnectionString) = (false, false, connectionString)))
            path = new Uri((await Sender.Create(setup, Secret)).PathAndQuery, UriKind.Relative);
        await using var hub = await HubProcess.Start(connectionString, ("Hub__Webhooks__RatePerSource", "0"), ("Hub__Webhooks__RatePerAddress", "0"));
        var url = new Uri(hub.Url, path);
        Console.WriteLine($"idle: {Megabytes(hub):0} MB resident");
        var calm = await Ingest.Load(url, events, TimeSpan.FromSeconds(10));
        Console.WriteLine($"full load, {Ingest.Connections} connections: {calm}; {Megabytes(hub):0} MB resident");
        var open = await Storm(hub, $"{TimesTooMuch} times that over {Many} connections", () => Ingest.Load(url, events, Duration, Many, TimesTooMuch * calm.PerSecond));
        var closed = await Storm(hub, $"{TooMany} connections", () => Ingest.Load(url, events, Duration, TooMany));

        var after = await Ingest.Load(url, events, TimeSpan.FromSeconds(5));
        Console.WriteLine($"right after: {after}; {after.PerSecond / calm.PerSecond:0.00} of before; {Megabytes(hub):0} MB resident");
        Ingest[] all = [calm, open, closed, after];
        var accepted = all.Sum(load => load.Answers.GetValueOrDefault(202) + load.Answers.GetValueOrDefault(200));
        var broken = all.Sum(load => load.Answers.GetValueOrDefault(0));
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var count = source.CreateCommand("select count(*) from webhooks.inbox_events");
        Console.WriteLine($"accepted {accepted}, stored {await count.ExecuteScalarAsync()}; {broken} connections broke before an answer");
    }

    private static async Task<Ingest> Storm(HubProcess hub, string how, Func<Task<Ingest>> load)
    {
        var (most, storm) = (0.0, load());
        while (await Task.WhenAny(storm, Task.Delay(200)) != storm)
            most = Math.Max(most, Megabytes(hub));
        var came = await storm;
        Console.WriteLine($"overload, {how}: {came}; answers {string.Join(", ", came.Answers.OrderBy(a => a.Key).Select(a => $"{a.Key}: {a.Value}"))}; at most {most:0} MB resident");
        return came;
    }

    private static double Megabytes(HubProcess hub) => hub.ResidentBytes / 1024.0 / 1024.0;
}
