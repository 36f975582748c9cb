using System.Text;
using Hub.Fakes;

namespace Hub.FakeGithub;

/// <summary>
/// Delivers events to the hooks that hear them, in order. Nothing is ever retried by itself; <see cref="Redeliver"/> sends one again under the
/// same id. Body and headers are those of the moment when the event happened.
/// </summary>
public sealed class WebhookSender : IAsyncDisposable
{
    readonly Lock gate = new();
    readonly FakeGithubServer github;
    readonly WebhookJson json;
    readonly HttpClient http = new(new SocketsHttpHandler { UseCookies = false, UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(10) };
    readonly CancellationTokenSource stopping = new();
    readonly List<(string? Event, DeliveryFate Fate)> fates = [];
    Task tail = Task.CompletedTask;
    long lastId = 12_345_678_900;

    internal WebhookSender(FakeGithubServer github)
    {
        (this.github, json) = (github, new WebhookJson(github));
        github.Repositories.Happened += happened => Announce(happened.Repository, happened.Name, happened.Action, new(() => json.Of(happened)));
        github.Repositories.Pinged += (repository, hook) => Enqueue(repository, hook, "ping", null, json.Ping(repository, hook));
    }

    /// <summary>The next deliveries of this event (of any, if null) meet this fate instead of arriving.</summary>
    public void Next(DeliveryFate fate, int times = 1, string? eventName = null)
    {
        lock (gate) fates.AddRange(Enumerable.Repeat((eventName, fate), times));
    }

    /// <summary>Ends when every event that happened before is delivered, or not.</summary>
    public Task Idle()
    {
        lock (gate) return tail;
    }

    /// <summary>Sends the same bytes again: another attempt with another number and the same id.</summary>
    public void Redeliver(GithubRepository repository, HookDelivery delivery) =>
        Enqueue(repository, delivery with { Id = NextId(), Redelivery = true, StatusCode = 0 });

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Idle();
        http.Dispose();
        stopping.Dispose();
    }

    void Announce(GithubRepository repository, string name, string? action, Lazy<byte[]> body)
    {
        foreach (var hook in repository.Hooks.All.Where(h => h.Hears(name))) Enqueue(repository, hook, name, action, body.Value);
    }

    void Enqueue(GithubRepository repository, GithubHook hook, string name, string? action, byte[] body)
    {
        var now = github.Clock.GetUtcNow();
        var guid = Guid.CreateVersion7(now).ToString();
        var form = hook.ContentType == "form";
        // The signature covers what is sent: the form, not the JSON in it.
        var sent = form ? Encoding.ASCII.GetBytes($"payload={Uri.EscapeDataString(Encoding.UTF8.GetString(body))}") : body;
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase)
        {
            ["Accept"] = "*/*", ["Content-Type"] = form ? "application/x-www-form-urlencoded" : "application/json", ["User-Agent"] = "GitHub-Hookshot/044aadd",
            ["X-GitHub-Delivery"] = guid, ["X-GitHub-Event"] = name, ["X-GitHub-Hook-ID"] = $"{hook.Id}",
            ["X-GitHub-Hook-Installation-Target-ID"] = $"{repository.Id}", ["X-GitHub-Hook-Installation-Target-Type"] = "repository",
        };
        if (hook.Secret is { Length: > 0 } secret)
        {
            headers["X-Hub-Signature"] = WebhookSignature.Sha1(secret, sent);
            headers["X-Hub-Signature-256"] = WebhookSignature.Of(secret, sent);
        }

        Enqueue(repository, new HookDelivery
        {
            Id = NextId(), Guid = guid, Hook = hook, Event = name, Action = action, Body = sent, Headers = headers, DeliveredAt = now,
        });
    }

    void Enqueue(GithubRepository repository, HookDelivery delivery)
    {
        lock (gate)
        {
            var scripted = fates.FindIndex(f => f.Event is null || f.Event == delivery.Event);
            var fate = scripted < 0 ? DeliveryFate.Arrives : fates[scripted].Fate;
            if (scripted >= 0) fates.RemoveAt(scripted);
            if (fate != DeliveryFate.Vanishes) tail = After(tail, repository, delivery, fate);
        }
    }

    async Task After(Task previous, GithubRepository repository, HookDelivery delivery, DeliveryFate fate)
    {
        await previous;
        if (fate == DeliveryFate.ArrivesTwice) await Send(delivery);
        var done = fate == DeliveryFate.Fails ? delivery with { StatusCode = 502, Status = "failed to connect to host" } : await Send(delivery);
        repository.Hooks.Record(done with { DeliveredAt = github.Clock.GetUtcNow() });
    }

    async Task<HookDelivery> Send(HookDelivery delivery)
    {
        try
        {
            using var request = Post.To(delivery.Hook.Url, delivery.Body, delivery.Headers);
            using var response = await http.SendAsync(request, stopping.Token);
            var status = (int)response.StatusCode;
            return delivery with
            {
                StatusCode = status, Status = response.IsSuccessStatusCode ? "OK" : $"Invalid HTTP Response: {status}",
                Answer = await response.Content.ReadAsStringAsync(stopping.Token),
                AnswerHeaders = response.Headers.ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase),
            };
        }
        catch (TaskCanceledException)
        {
            return delivery with { StatusCode = 504, Status = "timed out" };
        }
        catch (HttpRequestException failure)
        {
            return delivery with { StatusCode = 502, Status = "failed to connect to host", Answer = failure.Message };
        }
    }

    long NextId() => Interlocked.Increment(ref lastId);
}
