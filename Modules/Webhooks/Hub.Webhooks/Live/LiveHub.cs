using System.Runtime.CompilerServices;
using System.Text.Json;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Refusal = Microsoft.AspNetCore.SignalR.HubException;

namespace Hub.Webhooks.Live;

/// <summary>What changes, as a SignalR stream: the same events as <c>/live</c>, in the same order, for the same callers.</summary>
internal sealed class LiveHub(LiveStream stream, LivePresence presence) : Microsoft.AspNetCore.SignalR.Hub
{
    // The other transports need every request of a connection to reach the same replica; server-sent events are there as /live.
    private const HttpTransportType Transport = HttpTransportType.WebSockets;
    private const int MostStreams = 10;
    private const int LongestMessage = 4096;

    public static void Map(IEndpointRouteBuilder app) => app
        .MapHub<LiveHub>("/hubs/live", options => options.Transports = Transport)
        .RequireRole(Role.Viewer)
        .ExcludeFromDescription();

    public static void AddServices(IServiceCollection services) => services
        .AddSignalR(options => options.MaximumReceiveMessageSize = LongestMessage)
        .AddJsonProtocol(json => HubJson.Configure(json.PayloadSerializerOptions));

    public override Task OnConnectedAsync()
    {
        Context.Items[typeof(Connection)] = new Connection(presence.Enter(Caller, static () => { }, Context.Abort));
        return Task.CompletedTask;
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        Mine.Present.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>What was missed since the last event, then what happens, as <c>{"id", "event", "data"}</c>.</summary>
    /// <param name="options">A <see cref="Wish"/>; <c>{}</c> for everything from now on.</param>
    /// <param name="ct">The client's end of the stream.</param>
    public async IAsyncEnumerable<LiveEvent> Follow(JsonElement options, [EnumeratorCancellation] CancellationToken ct)
    {
        var (client, lastEventId) = await Open(options, ct);
        try
        {
            if (Interlocked.Increment(ref Mine.Streams) > MostStreams)
                throw new Refusal($"too_many_streams: a connection has at most {MostStreams} streams. End one, or open another connection.");
            await foreach (var happened in stream.Read(client, lastEventId, ct))
                if (happened != LiveEvent.KeepAlive)
                    yield return happened;
            if (client.FellBehind)
                throw new Refusal("fell_behind: events came faster than they were read. Follow again with the last id as last_event_id.");
        }
        finally
        {
            Interlocked.Decrement(ref Mine.Streams);
        }
    }

    private Caller Caller => Context.GetHttpContext()!.RequestServices.GetRequiredService<Caller>();

    private Connection Mine => (Connection)Context.Items[typeof(Connection)]!;

    private async Task<(LiveClient Client, string? LastEventId)> Open(JsonElement options, CancellationToken ct)
    {
        try
        {
            var wish = options.Deserialize<Wish>(HubJson.Options) ?? new Wish();
            return (await stream.Open(Caller, wish.ProjectId, ct), wish.LastEventId);
        }
        catch (JsonException wrong)
        {
            throw new Refusal(
                $"invalid_input: {wrong.Path} is not understood. Follow takes {{\"project_id\": 7, \"last_event_id\": \"734-12\"}}, both may be left out.");
        }
        catch (NotFoundException missing)
        {
            throw new Refusal($"{missing.Code}: {missing.Message}");
        }
    }

    /// <param name="ProjectId">Narrows the caller's scope to one below it.</param>
    /// <param name="LastEventId">The id of the last event that the client has; without it the stream begins now.</param>
    internal sealed record Wish(long? ProjectId = null, string? LastEventId = null);

    private sealed class Connection(IDisposable present)
    {
        public int Streams;

        public IDisposable Present => present;
    }
}
