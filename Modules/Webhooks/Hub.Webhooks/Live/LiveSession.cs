using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Hub.SharedKernel.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Hub.Webhooks.Live;

/// <summary>A connection that is given server-sent events, until the client leaves, its key is revoked or the hub stops.</summary>
internal sealed class LiveSession(LiveStream stream, LivePresence presence)
{
    private const int FlushAt = 16 * 1024;
    private static readonly ReadOnlyMemory<byte> TooSlow = Encoding.UTF8.GetBytes(": fell behind, connect again\n\n");

    public async Task Run(HttpContext http, Caller caller, LiveClient client)
    {
        try
        {
            using var present = presence.Enter(caller, client.KeepAlive, client.End);
            await Open(http);
            await Write(http.Response.BodyWriter, stream.Read(client, http.Request.Headers["Last-Event-ID"].ToString(), http.RequestAborted));
            if (client.FellBehind)
                await http.Response.BodyWriter.WriteAsync(TooSlow, http.RequestAborted);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The ordinary end.
        }
    }

    private static Task Open(HttpContext http)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-cache, no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        return http.Response.StartAsync(http.RequestAborted);
    }

    // What is there at once is sent at once: one write to the socket for many events.
    private static async Task Write(PipeWriter body, IAsyncEnumerable<LiveEvent> events)
    {
        await using var happening = events.GetAsyncEnumerator();
        while (true)
        {
            var next = happening.MoveNextAsync();
            if (!next.IsCompleted || body.UnflushedBytes > FlushAt)
                await body.FlushAsync();
            if (!await next)
                return;
            body.Write(happening.Current.Frame.Span);
        }
    }
}
