using System.Globalization;

namespace Hub.FakeJira;

/// <summary>Makes and sends webhooks. Each registered address hears of every later change, in order; there are no retries.</summary>
public sealed class WebhookSender : IAsyncDisposable
{
    readonly Lock gate = new();
    readonly FakeJiraServer jira;
    readonly HttpClient http = new(new SocketsHttpHandler { UseCookies = false, UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };
    readonly CancellationTokenSource stopping = new();
    readonly List<(string Url, string? Secret)> registered = [];
    readonly List<WebhookAnswer> answers = [];
    Task tail = Task.CompletedTask;

    internal WebhookSender(FakeJiraServer jira)
    {
        this.jira = jira;
        jira.Issues.Changed += Announce;
    }

    /// <summary>How the webhooks sent so far were answered, oldest first.</summary>
    public IReadOnlyList<WebhookAnswer> Answers
    {
        get { lock (gate) return [.. answers]; }
    }

    public void Register(string url, string? secret)
    {
        lock (gate) registered.Add((url, secret));
    }

    /// <summary>Ends when every change made before is announced and answered.</summary>
    public Task Idle()
    {
        lock (gate) return tail;
    }

    internal WebhookMessage Message(string eventName, string issueKey, string? secret, WebhookDetails details)
    {
        var change = jira.Issues.LastChange(issueKey);
        var issue = details.State ?? jira.Issues.Find(issueKey) ?? change?.Issue
            ?? throw new KeyNotFoundException($"The fake Jira has no issue '{issueKey}'.");
        return Message(eventName, issue, change, secret, details);
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
        http.Dispose();
        stopping.Dispose();
    }

    WebhookMessage Message(string eventName, Issue issue, IssueChange? change, string? secret, WebhookDetails details)
    {
        var now = jira.Clock.GetUtcNow();
        var body = WebhookJson.Write(new ApiView(jira, "2"), eventName, issue, change, details, change?.At ?? now).ToArray();
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["Content-Type"] = "application/json; charset=UTF-8",
            ["User-Agent"] = "Atlassian Webhook HTTP Client",
        };
        if (jira.Options.Deployment == Deployment.Cloud)
        {
            headers["X-Atlassian-Webhook-Identifier"] = details.Identifier ?? $"{Guid.CreateVersion7(now)}";
            headers["X-Atlassian-Webhook-Flow"] = "Primary";
            if (details.Retry > 0) headers["X-Atlassian-Webhook-Retry"] = details.Retry.ToString(CultureInfo.InvariantCulture);
        }

        if (secret is not null) headers["X-Hub-Signature"] = WebhookSignature.Of(secret, body);
        return new WebhookMessage(eventName, issue.Key, body, headers);
    }

    void Announce(IssueChange change)
    {
        lock (gate)
        {
            foreach (var (url, secret) in registered)
                tail = After(tail, url, Message(EventOf(change.Kind), change.Issue, change, secret, new WebhookDetails()));
        }
    }

    async Task After(Task previous, string url, WebhookMessage message)
    {
        await previous;
        await Send(url, message);
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

    static string EventOf(ChangeKind kind) => kind switch
    {
        ChangeKind.Created => "jira:issue_created",
        ChangeKind.Updated => "jira:issue_updated",
        ChangeKind.Deleted => "jira:issue_deleted",
        _ => "comment_created",
    };
}
