using System.Collections.Concurrent;
using System.Net.ServerSentEvents;

namespace Hub.TestHarness;

/// <summary>A client of a stream of server-sent events that remembers what it saw.</summary>
public sealed class LiveListener : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<SseItem<string>> seen = new();
    private readonly HttpClient http;

    public LiveListener(HubFixture hub, string path, string? lastEventId = null, string key = HubFixture.AdminKey)
    {
        http = hub.ClientFor(key);
        _ = Listen(path, lastEventId);
    }

    /// <summary>Completes when the stream is open; fails when it is refused.</summary>
    public Task Connected => connected.Task;

    public IReadOnlyCollection<SseItem<string>> Seen => seen;

    public Task<SseItem<string>> Saw(string eventType) => HubFixture.Eventually(
        () => Task.FromResult(seen.FirstOrDefault(item => item.EventType == eventType)), item => item.EventType == eventType, $"{eventType} arrives");

    public void Dispose()
    {
        stop.Cancel();
        http.Dispose();
        stop.Dispose();
    }

    private async Task Listen(string path, string? lastEventId)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (lastEventId is not null)
                request.Headers.Add("Last-Event-ID", lastEventId);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token);
            response.EnsureSuccessStatusCode();
            connected.TrySetResult();
            await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync(stop.Token)).EnumerateAsync(stop.Token))
                seen.Enqueue(item);
        }
        catch (Exception fault) when (!stop.IsCancellationRequested)
        {
            connected.TrySetException(fault);
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // The test is over.
        }
    }
}
