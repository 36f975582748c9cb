using System.Collections.Immutable;

namespace Hub.FakeJira;

/// <summary>Requests per second that one endpoint and method may make, by method. Some endpoints have a rate of their own.</summary>
public sealed record BurstRates(int Get = 100, int Post = 100, int Put = 50, int Delete = 50)
{
    /// <summary>Rates by method and path as Jira documents it, such as <c>GET /issue/{key}</c>.</summary>
    public ImmutableDictionary<string, int> Endpoints { get; init; } = ImmutableDictionary<string, int>.Empty
        .Add("GET /issue/{key}", 150).Add("POST /search/approximate-count", 150).Add("GET /issue/{key}/changelog", 200);

    internal int Of(string method, string path) => Endpoints.TryGetValue($"{method} {path}", out var rate) ? rate : method switch
    {
        "POST" => Post,
        "PUT" => Put,
        "DELETE" => Delete,
        _ => Get,
    };
}

/// <summary>Data Center's limit: a bucket of so many requests per account, filled up by <paramref name="FillRate"/> per interval.</summary>
public sealed record ServerBucket(int Limit, int FillRate, int IntervalSeconds = 1);

/// <summary>
/// The limits of the site, all off at first. They count by the site's clock and let through exactly what they allow: whoever waits as long as
/// told is served.
/// </summary>
public sealed class RateLimits
{
    readonly Lock gate = new();
    readonly FakeJiraServer jira;
    readonly Dictionary<string, TokenBucket> buckets = [];
    readonly Dictionary<long, Queue<DateTimeOffset>> writes = [];
    DateTimeOffset hour;
    long spent;

    internal RateLimits(FakeJiraServer jira) => this.jira = jira;

    /// <summary>Cloud: the bucket per endpoint and method.</summary>
    public BurstRates? Burst { get; set; }

    /// <summary>Cloud: points per UTC hour. The real site counts them for apps only, not for API tokens; this one for everybody.</summary>
    public int? HourlyPoints { get; set; }

    /// <summary>Cloud: 20 writes to one issue in 2 seconds and 100 in 30 seconds.</summary>
    public bool PerIssueWrites { get; set; }

    public ServerBucket? Server { get; set; }

    /// <summary>Points spent in the present hour.</summary>
    public long Spent
    {
        get { lock (gate) return ThisHour() ? spent : 0; }
    }

    /// <summary>How many requests were refused since the start.</summary>
    public long Refused { get; private set; }

    internal async Task Run(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint() is not RouteEndpoint endpoint || !context.Request.Path.StartsWithSegments("/rest"))
        {
            await next(context);
            return;
        }

        RateVerdict verdict;
        lock (gate)
        {
            verdict = jira.Options.Deployment == Deployment.Cloud ? Cloud(context, Path(endpoint)) : OnServer();
            if (verdict.RetryAfter is not null) Refused++;
            else spent++;
        }

        verdict.Write(context.Response.Headers, jira.Clock.GetUtcNow());
        if (verdict.RetryAfter is not null) await Reply.Json(context, 429, new { errorMessages = new[] { "Rate limit exceeded." }, errors = new { } });
        else await next(context);
        if (verdict.RetryAfter is null && (!IsWrite(context) || IsRead(endpoint))) Spend(context.Charged());
    }

    RateVerdict Cloud(HttpContext context, string path)
    {
        var now = jira.Clock.GetUtcNow();
        var verdict = new RateVerdict();
        if (HourlyPoints is { } points)
        {
            if (!ThisHour()) (hour, spent) = (Hour(now), 0);
            verdict = verdict.Quota(points, points - spent, hour.AddHours(1) - now);
        }

        if (verdict.RetryAfter is null && PerIssueWrites && IsWrite(context)
            && context.Request.RouteValues["key"] is string key && jira.Issues.Find(key) is { } issue)
            verdict = verdict.Issue(Wait(issue.Id, now));
        if (verdict.RetryAfter is not null || Burst is not { } rates) return verdict;
        var rate = rates.Of(context.Request.Method, path);
        return verdict.Burst(rate, Bucket($"{context.Request.Method} {path}", rate).Take(now, rate, rate));
    }

    RateVerdict OnServer() => Server is { } limit
        ? new RateVerdict().Server(limit, Bucket("", limit.Limit).Take(jira.Clock.GetUtcNow(), limit.Limit, (double)limit.FillRate / limit.IntervalSeconds))
        : new RateVerdict();

    TokenBucket Bucket(string name, int full)
    {
        if (!buckets.TryGetValue(name, out var bucket)) buckets[name] = bucket = new TokenBucket(full, jira.Clock.GetUtcNow());
        return bucket;
    }

    TimeSpan? Wait(long issue, DateTimeOffset now)
    {
        if (!writes.TryGetValue(issue, out var times)) writes[issue] = times = new Queue<DateTimeOffset>();
        while (times.TryPeek(out var oldest) && oldest <= now.AddSeconds(-30)) times.Dequeue();
        var recent = times.Where(t => t > now.AddSeconds(-2)).ToArray();
        if (times.Count >= 100) return times.Peek().AddSeconds(30) - now;
        if (recent.Length >= 20) return recent[0].AddSeconds(2) - now;
        times.Enqueue(now);
        return null;
    }

    void Spend(long points)
    {
        lock (gate)
        {
            if (ThisHour()) spent += points;
        }
    }

    bool ThisHour() => hour == Hour(jira.Clock.GetUtcNow());

    static DateTimeOffset Hour(DateTimeOffset now) => new(now.UtcDateTime.Date.AddHours(now.UtcDateTime.Hour), TimeSpan.Zero);

    static bool IsWrite(HttpContext context) => !HttpMethods.IsGet(context.Request.Method);

    // These are asked by POST because their questions are long.
    static bool IsRead(RouteEndpoint endpoint) => Path(endpoint) is "/search/jql" or "/issue/bulkfetch" or "/changelog/bulkfetch";

    static string Path(RouteEndpoint endpoint)
    {
        var path = endpoint.RoutePattern.RawText!;
        return path.StartsWith("/rest/api/", StringComparison.Ordinal) ? path[path.IndexOf('/', "/rest/api/".Length)..] : path;
    }
}
