using Hub.TestHarness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hub.Benchmarks;

/// <summary>A catalogue read against a bare minimal API that returns the same bytes. Goal: 0.60.</summary>
internal static class ReadsBenchmark
{
    public static async Task Run()
    {
        await using var hub = await HubFixture.Start(setup => setup.Logs = false);
        var url = new Uri(hub.Url, "/api/v1/integrations/schemas/jira");
        var bytes = await hub.Http.GetByteArrayAsync(url);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        await using var bare = builder.Build();
        bare.Urls.Add("http://127.0.0.1:0");
        bare.MapGet("/", () => TypedResults.Bytes(bytes, "application/json"));
        await bare.StartAsync();

        var limit = await Load.Get(new Uri(bare.Urls.First()));
        var ours = await Load.Get(url);
        Console.WriteLine($"bare: {limit.PerSecond:0}/s, p99 {limit.P99:0.0} ms; catalogue read: {ours.PerSecond:0}/s, p99 {ours.P99:0.0} ms; ratio {ours.PerSecond / limit.PerSecond:0.00}");
    }
}
