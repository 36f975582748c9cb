using System.Text;
using Hub.Integrations.Contracts;
using MediatR;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;

namespace Hub.Webhooks.Live;

/// <summary>One client's connection: what it missed, then what happens, until it leaves, its key is revoked or the hub stops.</summary>
internal sealed class LiveSession(LiveFeed feed, LiveStore store, IMediator mediator, TimeProvider time, IHostApplicationLifetime lifetime)
{
    private const string Bearer = "Bearer ";
    private static readonly TimeSpan KeepAliveEvery = TimeSpan.FromSeconds(15);
    private static readonly ReadOnlyMemory<byte> KeepAlive = Encoding.UTF8.GetBytes(": keep-alive\n\n");
    private static readonly ReadOnlyMemory<byte> TooSlow = Encoding.UTF8.GetBytes(": fell behind, connect again\n\n");

    public async Task Run(HttpContext http, LiveClient client)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            using var seat = await feed.Join(client, stop.Token);
            await Open(http, stop.Token);
            var given = await CatchUp(http, client, stop.Token);
            await Follow(http, client, given, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The ordinary end.
        }
    }

    private static async Task Open(HttpContext http, CancellationToken ct)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-cache, no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await http.Response.StartAsync(ct);
    }

    /// <returns>The last position that the client has.</returns>
    private async Task<LivePosition> CatchUp(HttpContext http, LiveClient client, CancellationToken ct)
    {
        var header = http.Request.Headers["Last-Event-ID"].ToString();
        var last = LivePosition.Parse(header);
        if (header is not "" && (last is null || await store.IsGone(last.Value, ct)))
            await Write(http, $"event: reset\ndata: {{\"type\": \"reset\", \"at\": \"{time.GetUtcNow().UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'}\"}}\n\n", ct);

        var position = last ?? client.From;
        while (position.CompareTo(client.From) < 0)
        {
            var missed = await store.Missed(position, client.From, client.Scopes, ct);
            foreach (var happened in missed)
                await http.Response.Body.WriteAsync(happened.Frame, ct);
            position = missed.Count > 0 ? missed[^1].Position : client.From;
        }

        // An id without data makes no event, but a client that reconnects before the first one resumes from here.
        await Write(http, $"id: {position}\n\n", ct);
        return position;
    }

    private async Task Follow(HttpContext http, LiveClient client, LivePosition given, CancellationToken ct)
    {
        var events = client.Events.WaitToReadAsync(ct).AsTask();
        using var timer = new PeriodicTimer(KeepAliveEvery, time);
        var tick = timer.WaitForNextTickAsync(ct).AsTask();
        while (true)
        {
            await Task.WhenAny(events, tick);
            if (tick.IsCompleted)
            {
                if (!await tick || !await MayStay(http, ct))
                    return;
                await http.Response.Body.WriteAsync(KeepAlive, ct);
                tick = timer.WaitForNextTickAsync(ct).AsTask();
            }

            if (events.IsCompleted)
            {
                if (!await events)
                {
                    await http.Response.Body.WriteAsync(TooSlow, ct);
                    return;
                }

                while (client.Events.TryRead(out var happened))
                    if (happened.Position.CompareTo(given) > 0)
                        await http.Response.Body.WriteAsync(happened.Frame, ct);
                events = client.Events.WaitToReadAsync(ct).AsTask();
            }

            await http.Response.Body.FlushAsync(ct);
        }
    }

    // A stream outlives the check of its key by hours: a revoked key must not.
    private async Task<bool> MayStay(HttpContext http, CancellationToken ct)
    {
        var header = http.Request.Headers.Authorization.ToString();
        return !header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            || await mediator.Send(new AuthenticateKey(header[Bearer.Length..].Trim()), ct) is not null;
    }

    private static async Task Write(HttpContext http, string text, CancellationToken ct)
    {
        await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), ct);
        await http.Response.Body.FlushAsync(ct);
    }
}
