using System.Globalization;

namespace Hub.FakeJira;

/// <summary>A way to answer badly.</summary>
public abstract class Fault
{
    /// <summary>
    /// 429 with the headers of the deployment. Reasons: <c>jira-burst-based</c>, <c>jira-quota-tenant-based</c>, <c>jira-quota-global-based</c>,
    /// <c>jira-per-issue-on-write</c>.
    /// </summary>
    public static Fault Throttle(int retryAfterSeconds, string reason = "jira-burst-based") => new Throttled(retryAfterSeconds, reason);

    /// <summary>This status with an empty error body, and <c>Retry-After</c> (seconds) if given. The request has no effect.</summary>
    public static Fault Status(int status, int? retryAfterSeconds = null) => new Plain(status, retryAfterSeconds);

    /// <summary>Does the work, then breaks the connection in the middle of the body: a write happened, its outcome is unknown to the caller.</summary>
    public static readonly Fault Reset = new Broken(dropAll: false);

    /// <summary>Does the work, then breaks the connection before the first byte of the answer.</summary>
    public static readonly Fault Drop = new Broken(dropAll: true);

    /// <summary>Does the work and lets the body drip out, one of eight pieces per delay.</summary>
    public static Fault Slow(TimeSpan delay) => new Dripping(delay);

    /// <summary>203 with an HTML page, as sign-in proxies send.</summary>
    public static readonly Fault Html203 = new Page(203);

    /// <summary>A gateway's HTML error page with this status.</summary>
    public static Fault Html(int status) => new Page(status);

    /// <summary>302 to another address.</summary>
    public static Fault Redirect(string location) => new Redirected(location);

    /// <summary>200 with a body that stops in the middle of the JSON although its length is right.</summary>
    public static readonly Fault CutJson = new Cut();

    /// <summary>Never answers; ends when the caller gives up or the site stops.</summary>
    public static readonly Fault Timeout = new Silent();

    internal abstract Task Answer(HttpContext context, FakeJiraServer jira, RequestDelegate next);

    sealed class Throttled(int retryAfter, string reason) : Fault
    {
        internal override Task Answer(HttpContext context, FakeJiraServer jira, RequestDelegate next)
        {
            var headers = context.Response.Headers;
            headers.RetryAfter = retryAfter.ToString(CultureInfo.InvariantCulture);
            headers["X-RateLimit-Limit"] = "100";
            headers["X-RateLimit-Remaining"] = "0";
            if (jira.Options.Deployment == Deployment.Server)
            {
                headers["X-RateLimit-Interval-Seconds"] = "60";
                headers["X-RateLimit-FillRate"] = "10";
                return Reply.Json(context, 429, new { message = "Rate limit exceeded." });
            }

            var reset = jira.Clock.GetUtcNow().AddSeconds(retryAfter);
            headers["X-RateLimit-Reset"] = reset.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
            headers["RateLimit-Reason"] = reason;
            return Reply.Json(context, 429, new { errorMessages = new[] { "Rate limit exceeded." }, errors = new { } });
        }
    }

    sealed class Plain(int status, int? retryAfter) : Fault
    {
        internal override Task Answer(HttpContext context, FakeJiraServer jira, RequestDelegate next)
        {
            if (retryAfter is not null) context.Response.Headers.RetryAfter = retryAfter.Value.ToString(CultureInfo.InvariantCulture);
            return Reply.Json(context, status, new { errorMessages = Array.Empty<string>(), errors = new { } });
        }
    }

    sealed class Broken(bool dropAll) : Fault
    {
        internal override async Task Answer(HttpContext context, FakeJiraServer jira, RequestDelegate next)
        {
            var body = await Captured(context, next);
            if (!dropAll)
            {
                context.Response.ContentLength = Math.Max(1, body.Length);
                await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2));
                await context.Response.Body.FlushAsync();
            }

            context.Abort();
        }
    }

    sealed class Dripping(TimeSpan delay) : Fault
    {
        internal override async Task Answer(HttpContext context, FakeJiraServer jira, RequestDelegate next)
        {
            var body = await Captured(context, next);
            foreach (var piece in body.Chunk(body.Length / 8 + 1))
            {
                await context.Response.Body.WriteAsync(piece, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(delay, jira.Clock, context.RequestAborted);
            }
        }
    }

    sealed class Cut : Fault
    {
        internal override async Task Answer(HttpContext context, FakeJiraServer jira, RequestDelegate next)
        {
            var body = await Captured(context, next);
            context.Response.ContentLength = body.Length / 2;
            await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2));
        }
    }

    sealed class Page(int status) : Fault
    {
        internal override Task Answer(HttpContext context, FakeJiraServer jira, RequestDelegate next) =>
            Reply.Html(context, status, Authentication.LoginPage);
    }

    sealed class Redirected(string location) : Fault
    {
        internal override Task Answer(HttpContext context, FakeJiraServer jira, RequestDelegate next)
        {
            context.Response.Redirect(location);
            return Task.CompletedTask;
        }
    }

    sealed class Silent : Fault
    {
        internal override Task Answer(HttpContext context, FakeJiraServer jira, RequestDelegate next) =>
            Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
    }

    static async Task<byte[]> Captured(HttpContext context, RequestDelegate next)
    {
        var original = context.Response.Body;
        using var capture = new MemoryStream();
        context.Response.Body = capture;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = original;
        }

        return capture.ToArray();
    }
}
