using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Hub.Benchmarks;

/// <summary>Takes messages as fast as Kestrel can and remembers when each came first, by the number in <c>data.ticket_id</c>.</summary>
internal sealed class WebhookSink : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly long[] arrivals = new long[200_000];
    private int used;

    private WebhookSink(WebApplication app) => this.app = app;

    public string Url => $"{app.Urls.First()}/hook";

    /// <summary>The first of so many numbers that nobody had before.</summary>
    public int Next(int count) => Interlocked.Add(ref used, count) - count;

    public long At(int number) => Volatile.Read(ref arrivals[number]);

    public async Task All(int from, int count)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = from; i < from + count; i++)
            while (At(i) == 0)
            {
                if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromMinutes(2))
                    throw new TimeoutException($"Message {i - from} of {count} never came.");
                await Task.Delay(5);
            }
    }

    public static async Task<WebhookSink> Start()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var sink = new WebhookSink(builder.Build());
        sink.app.Run(async context =>
        {
            var at = Stopwatch.GetTimestamp();
            using var body = await JsonDocument.ParseAsync(context.Request.Body);
            Interlocked.CompareExchange(ref sink.arrivals[body.RootElement.GetProperty("data").GetProperty("ticket_id").GetInt32()], at, 0);
            context.Response.StatusCode = 204;
        });
        await sink.app.StartAsync();
        return sink;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
