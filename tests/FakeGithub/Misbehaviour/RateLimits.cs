using System.Globalization;

namespace Hub.FakeGithub;

/// <summary>
/// The primary limit: so many requests per hour for each caller, the hour beginning with its first request. Answers 304 and
/// <c>/rate_limit</c> are free. Times are those of the site's clock.
/// </summary>
public sealed class RateLimits
{
    sealed class Window
    {
        public DateTimeOffset Reset { get; set; }
        public int Used { get; set; }
    }

    readonly Lock gate = new();
    readonly TimeProvider clock;
    readonly Dictionary<string, Window> windows = [];

    internal RateLimits(FakeGithubOptions options) => (clock, Limit) = (options.Clock, options.RateLimit);

    /// <summary>Requests per hour of the personal access token; installation tokens have 5,000.</summary>
    public int Limit { get; set; }

    /// <summary>False on an Enterprise Server that has none: no headers, no refusals.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>How it refuses: 403, or 429 as GitHub does too.</summary>
    public int RefusalStatus { get; set; } = 403;

    /// <summary>What the personal access token used in the present hour.</summary>
    public int Used
    {
        get { lock (gate) return Open(Caller.PersonalKey).Used; }
    }

    /// <summary>When the present hour of the personal access token ends.</summary>
    public DateTimeOffset Reset
    {
        get { lock (gate) return Open(Caller.PersonalKey).Reset; }
    }

    /// <summary>Leaves the personal access token this many requests until the hour ends.</summary>
    public void Leave(int remaining)
    {
        lock (gate) Open(Caller.PersonalKey).Used = Limit - remaining;
    }

    internal static bool IsFree(HttpContext context) => context.Request.Path.StartsWithSegments("/rate_limit");

    internal void Check(Caller caller)
    {
        if (!Enabled) return;
        lock (gate)
        {
            if (Open(caller.Key).Used < LimitOf(caller)) return;
        }

        var who = caller.IsAnonymous ? "127.0.0.1. (But here's the good news: Authenticated requests get a higher rate limit.)" : $"user ID {caller.Id}.";
        throw new GithubProblem(RefusalStatus, $"API rate limit exceeded for {who}");
    }

    internal void Count(HttpContext context, Caller caller, bool free)
    {
        if (!Enabled) return;
        var (limit, used, reset) = Take(caller, free ? 0 : 1);
        Write(context.Response.Headers, limit, limit - used, reset);
    }

    internal object Show(Caller caller)
    {
        var (limit, used, reset) = Take(caller, 0);
        var core = new { limit, used, remaining = limit - used, reset = reset.ToUnixTimeSeconds() };
        var search = new { limit = 30, used = 0, remaining = 30, reset = clock.GetUtcNow().AddMinutes(1).ToUnixTimeSeconds() };
        return new { resources = new { core, search, graphql = core }, rate = core };
    }

    internal static void Write(IHeaderDictionary headers, int limit, int remaining, DateTimeOffset reset)
    {
        headers["x-ratelimit-limit"] = limit.ToString(CultureInfo.InvariantCulture);
        headers["x-ratelimit-remaining"] = remaining.ToString(CultureInfo.InvariantCulture);
        headers["x-ratelimit-used"] = (limit - remaining).ToString(CultureInfo.InvariantCulture);
        headers["x-ratelimit-reset"] = reset.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        headers["x-ratelimit-resource"] = "core";
    }

    (int Limit, int Used, DateTimeOffset Reset) Take(Caller caller, int count)
    {
        lock (gate)
        {
            var (limit, window) = (LimitOf(caller), Open(caller.Key));
            window.Used = Math.Min(limit, window.Used + count);
            return (limit, window.Used, window.Reset);
        }
    }

    int LimitOf(Caller caller) => caller.IsAnonymous ? 60 : caller.Key == Caller.PersonalKey ? Limit : 5_000;

    Window Open(string key)
    {
        var now = clock.GetUtcNow();
        if (!windows.TryGetValue(key, out var window)) windows[key] = window = new Window();
        if (window.Reset <= now) (window.Reset, window.Used) = (now.AddHours(1), 0);
        return window;
    }
}
