using System.Globalization;
using Hub.Fakes;

namespace Hub.FakeJira;

/// <summary>
/// Makes and sends webhooks. Each registration hears of every later change, in order. Cloud tries again what was answered with 408, 409, 425,
/// 429, 5xx or not at all: up to five times, 5 to 15 minutes apart by the site's clock, with the same identifier; an address that failed for
/// half an hour gets one try per webhook until one succeeds. Data Center never tries again, and any other answer ends it everywhere.
/// </summary>
public sealed class WebhookSender : IAsyncDisposable
{
    const int Retries = 5;

    readonly Lock gate = new();
    readonly FakeJiraServer jira;
    readonly HttpClient http = new(new SocketsHttpHandler { UseCookies = false, UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };
    readonly CancellationTokenSource stopping = new();
    readonly List<WebhookAnswer> answers = [];
    readonly List<WebhookMessage> lost = [];
    readonly List<FailedWebhook> failed = [];
    readonly Dictionary<string, DateTimeOffset> failingSince = [];
    readonly HashSet<ITimer> waiting = [];
    Task tail = Task.CompletedTask;

    internal WebhookSender(FakeJiraServer jira)
    {
        this.jira = jira;
        Registry = new WebhookRegistry(jira);
        jira.Issues.Changed += Announce;
    }

    public WebhookRegistry Registry { get; }

    /// <summary>What this selects is never sent, and nobody is told: set it to lose deliveries.</summary>
    public Func<WebhookMessage, bool>? Loses { get; set; }

    /// <summary>Everything is sent twice, with the same identifier.</summary>
    public bool Doubles { get; set; }

    /// <summary>How the webhooks sent so far were answered, oldest first.</summary>
    public IReadOnlyList<WebhookAnswer> Answers
    {
        get { lock (gate) return [.. answers]; }
    }

    /// <summary>What <see cref="Loses"/> took.</summary>
    public IReadOnlyList<WebhookMessage> Lost
    {
        get { lock (gate) return [.. lost]; }
    }

    /// <summary>How many webhooks wait for their next try.</summary>
    public int Waiting
    {
        get { lock (gate) return waiting.Count; }
    }

    /// <summary>Those that were given up, oldest first.</summary>
    internal IReadOnlyList<FailedWebhook> Failed
    {
        get { lock (gate) return [.. failed]; }
    }

    /// <summary>An admin webhook for everything that happens to issues.</summary>
    public WebhookRegistration Register(string url, string? secret) =>
        Registry.Add(url, r => r with { Name = "Registered by hand", Secret = secret, Events = WebhookEvents.OfIssues });

    /// <summary>Ends when every change made before is announced and answered. What waits for another try is not waited for.</summary>
    public Task Idle()
    {
        lock (gate) return tail;
    }

    internal WebhookMessage Message(string eventName, string issueKey, string? secret, WebhookDetails details)
    {
        var change = jira.Issues.LastChange(issueKey);
        var issue = details.State ?? jira.Issues.Find(issueKey) ?? change?.Issue
            ?? throw new KeyNotFoundException($"The fake Jira has no issue '{issueKey}'.");
        return WebhookDelivery.Of(jira, eventName, issue, change, details, new WebhookRegistration(0, "") { Secret = secret }, []).Message(details.Retry);
    }

    internal async Task<WebhookAnswer> Send(string url, WebhookMessage message)
    {
        var answer = await Answer(url, message);
        lock (gate) answers.Add(answer);
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Idle();
        lock (gate)
        {
            foreach (var timer in waiting) timer.Dispose();
        }

        http.Dispose();
        stopping.Dispose();
    }

    void Announce(IssueChange change)
    {
        if (WebhookEvents.Of(change.Kind) is { } name) Announce(name, change, new WebhookDetails());
        if (change.Kind != ChangeKind.Deleted) return;
        // What went with the issue is told later, in any order.
        foreach (var comment in change.Issue.Comments) Announce("comment_deleted", change, new WebhookDetails { Secondary = true, Subject = comment });
        foreach (var link in change.Issue.Links) Announce("issuelink_deleted", change, new WebhookDetails { Secondary = true, Subject = link });
    }

    void Announce(string name, IssueChange change, WebhookDetails details)
    {
        var wanting = Registry.Wanting(name, change);
        if (wanting.Count == 0) return;
        lock (gate)
        {
            foreach (var registration in wanting.Where(r => !r.IsDynamic))
                Enqueue(WebhookDelivery.Of(jira, name, change.Issue, change, details, registration, []));
            // An app hears once per event, with the numbers of all its webhooks that matched.
            foreach (var app in wanting.Where(r => r.IsDynamic).GroupBy(r => r.Url))
                Enqueue(WebhookDelivery.Of(jira, name, change.Issue, change, details, app.First(), [.. app.Select(r => r.Id)]));
        }
    }

    void Enqueue(WebhookDelivery delivery)
    {
        for (var i = Doubles ? 2 : 1; i > 0; i--) tail = After(tail, delivery, 0);
    }

    async Task After(Task previous, WebhookDelivery delivery, int retry)
    {
        await previous;
        if (stopping.IsCancellationRequested) return;
        var message = delivery.Message(retry);
        if (Loses?.Invoke(message) == true)
        {
            lock (gate) lost.Add(message);
            return;
        }

        var answer = await Send(delivery.Url, message);
        lock (gate) Settle(delivery, retry, answer);
    }

    void Settle(WebhookDelivery delivery, int retry, WebhookAnswer answer)
    {
        if (answer.Status is not (0 or 408 or 409 or 425 or 429 or >= 500))
        {
            failingSince.Remove(delivery.Url);
            return;
        }

        var now = jira.Clock.GetUtcNow();
        failingSince.TryAdd(delivery.Url, now);
        var down = now - failingSince[delivery.Url] > TimeSpan.FromMinutes(30);
        if (retry == Retries || (down && retry == 0) || jira.Options.Deployment == Deployment.Server)
            failed.Add(new FailedWebhook(failed.Count + 1, delivery, now));
        else if (!stopping.IsCancellationRequested) Later(delivery, retry + 1);
    }

    void Later(WebhookDelivery delivery, int retry)
    {
        ITimer? timer = null;
        timer = jira.Clock.CreateTimer(_ =>
        {
            lock (gate)
            {
                if (!waiting.Remove(timer!)) return;
                tail = After(tail, delivery, retry);
            }

            timer!.Dispose();
        }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        waiting.Add(timer);
        timer.Change(TimeSpan.FromMinutes(5 + Varied.Mix(delivery.Seed, retry) % 11), Timeout.InfiniteTimeSpan);
    }

    async Task<WebhookAnswer> Answer(string url, WebhookMessage message)
    {
        try
        {
            using var request = message.Request(url);
            using var response = await http.SendAsync(request, stopping.Token);
            var headers = response.Headers.ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase);
            return new WebhookAnswer(message, (int)response.StatusCode, await response.Content.ReadAsStringAsync(stopping.Token), headers);
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            return new WebhookAnswer(message, 0, failure.Message, new Dictionary<string, string>());
        }
    }
}
