using System.Globalization;

namespace Hub.FakeJira;

/// <summary>Tokens that come back with time, up to a limit.</summary>
sealed class TokenBucket(double tokens, DateTimeOffset at)
{
    /// <summary>Takes a token; else tells how long until there is one. Remaining are whole tokens.</summary>
    public (int Remaining, TimeSpan? Wait) Take(DateTimeOffset now, int full, double perSecond)
    {
        tokens = Math.Min(full, tokens + (now - at).TotalSeconds * perSecond);
        at = now;
        if (tokens < 1 - 1e-9) return (0, TimeSpan.FromSeconds((1 - tokens) / perSecond));
        tokens--;
        return ((int)(tokens + 1e-9), null);
    }
}

/// <summary>What the limits say about one request: how long to wait, or null to go on, and the headers that tell it.</summary>
sealed record RateVerdict
{
    readonly Dictionary<string, string> headers = [];

    public TimeSpan? RetryAfter { get; private init; }

    public RateVerdict Quota(int limit, long left, TimeSpan reset)
    {
        headers["Beta-RateLimit-Policy"] = $"\"global-app-quota\";q={limit};w=3600";
        headers["Beta-RateLimit"] = $"\"global-app-quota\";r={Math.Max(0, left)};t={(int)reset.TotalSeconds}";
        Remaining(limit, left);
        return left > 0 ? this : Refuse("jira-quota-global-based", reset);
    }

    public RateVerdict Issue(TimeSpan? wait) => wait is null ? this : Refuse("jira-per-issue-on-write", wait.Value);

    public RateVerdict Burst(int limit, (int Remaining, TimeSpan? Wait) taken)
    {
        Remaining(limit, taken.Remaining);
        return taken.Wait is null ? this : Refuse("jira-burst-based", taken.Wait.Value);
    }

    public RateVerdict Server(ServerBucket bucket, (int Remaining, TimeSpan? Wait) taken)
    {
        headers["X-RateLimit-Limit"] = Number(bucket.Limit);
        headers["X-RateLimit-Remaining"] = Number(taken.Remaining);
        headers["X-RateLimit-Interval-Seconds"] = Number(bucket.IntervalSeconds);
        headers["X-RateLimit-FillRate"] = Number(bucket.FillRate);
        // Present with 0 even when tokens remain: only a 429 makes it mean something.
        headers["retry-after"] = Number(Seconds(taken.Wait ?? TimeSpan.Zero));
        return this with { RetryAfter = taken.Wait };
    }

    public void Write(IHeaderDictionary to, DateTimeOffset now)
    {
        if (RetryAfter is { } wait && headers.ContainsKey("RateLimit-Reason"))
            headers["X-RateLimit-Reset"] = now.AddSeconds(Seconds(wait)).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        foreach (var (name, value) in headers) to[name] = value;
    }

    RateVerdict Refuse(string reason, TimeSpan wait)
    {
        headers["RateLimit-Reason"] = reason;
        headers["Retry-After"] = Number(Seconds(wait));
        headers["X-RateLimit-Remaining"] = "0";
        return this with { RetryAfter = wait };
    }

    void Remaining(int limit, long left)
    {
        headers["X-RateLimit-Limit"] = Number(limit);
        headers["X-RateLimit-Remaining"] = Number(Math.Max(0, left));
        if (left * 5 < limit) headers["X-RateLimit-NearLimit"] = "true";
    }

    static int Seconds(TimeSpan wait) => (int)Math.Ceiling(wait.TotalSeconds);

    static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}

static class PointCounting
{
    const string Points = "points";

    /// <summary>What an answer costs beyond the one point of its request: one for each issue or project read, two for each person or permission.</summary>
    public static void Charge(this HttpContext context, int points) => context.Items[Points] = context.Charged() + points;

    public static int Charged(this HttpContext context) => context.Items[Points] as int? ?? 0;
}
