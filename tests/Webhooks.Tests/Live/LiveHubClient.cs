using System.Collections.Concurrent;
using System.Text.Json;
using Hub.TestHarness;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;

namespace Hub.Webhooks.Tests.Live;

/// <summary>Microsoft's SignalR client on <c>/hubs/live</c>.</summary>
internal sealed class LiveHubClient : IAsyncDisposable
{
    private readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LiveHubClient(HubConnection connection)
    {
        Connection = connection;
        connection.Closed += _ => Task.FromResult(closed.TrySetResult());
    }

    public HubConnection Connection { get; }

    public Task Closed => closed.Task.WaitAsync(TimeSpan.FromSeconds(20));

    public static async Task<LiveHubClient> Connect(HubFixture hub, string key = HubFixture.AdminKey, bool negotiate = true)
    {
        var connection = new HubConnectionBuilder().WithAutomaticReconnect().WithUrl(new Uri(hub.Url, "/hubs/live"), options =>
        {
            options.AccessTokenProvider = () => Task.FromResult<string?>(key);
            options.Transports = HttpTransportType.WebSockets;
            options.SkipNegotiation = !negotiate;
        }).Build();
        await connection.StartAsync();
        return new LiveHubClient(connection);
    }

    /// <summary>Streams <c>Follow</c> until it is <c>ready</c>; what came before that is in the answer too.</summary>
    public async Task<Stream> Follow(object? options = null)
    {
        var stream = new Stream(Connection.StreamAsync<JsonElement>("Follow", options ?? new { }).GetAsyncEnumerator());
        while (await stream.Next() is { Event: not "ready" } missed)
            stream.Missed.Enqueue(missed);
        return stream;
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    internal sealed record Item(string? Id, string Event, JsonElement Data)
    {
        public string? Key => Data.TryGetProperty("key", out var key) ? key.GetString() : null;
    }

    internal sealed class Stream(IAsyncEnumerator<JsonElement> items)
    {
        public ConcurrentQueue<Item> Missed { get; } = [];

        public string? LastEventId { get; private set; }

        /// <returns>Null when the stream is complete.</returns>
        public async Task<Item?> Next()
        {
            if (!await items.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20)))
                return null;
            var item = items.Current.Deserialize<Item>(JsonSerializerOptions.Web)!;
            LastEventId = item.Id ?? LastEventId;
            return item;
        }

        public async Task<Item[]> Take(int count)
        {
            var taken = new List<Item>();
            while (taken.Count < count)
                taken.Add(await Next() ?? throw new EndOfStreamException("The stream ended early."));
            return [.. taken];
        }
    }
}
