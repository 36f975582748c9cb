using System.Globalization;
using Hub.Fakes;
using Microsoft.AspNetCore.Http.Features;

namespace Hub.FakeJira;

/// <summary>Jira's own ways to answer badly.</summary>
public static class JiraFaults
{
    extension(Fault)
    {
        /// <summary>
        /// 429 with the headers of the deployment. Reasons: <c>jira-burst-based</c>, <c>jira-quota-tenant-based</c>, <c>jira-quota-global-based</c>,
        /// <c>jira-per-issue-on-write</c>.
        /// </summary>
        public static Fault Throttle(int retryAfterSeconds, string reason = "jira-burst-based") => new Throttled(retryAfterSeconds, reason);

        /// <summary>This status with an empty error body, and <c>Retry-After</c> (seconds) if given. The request has no effect.</summary>
        public static Fault Status(int status, int? retryAfterSeconds = null) => new Plain(status, retryAfterSeconds);
    }

    sealed class Throttled(int retryAfter, string reason) : Fault
    {
        public override Task Answer(HttpContext context, TimeProvider clock, RequestDelegate handle)
        {
            var headers = context.Response.Headers;
            headers.RetryAfter = retryAfter.ToString(CultureInfo.InvariantCulture);
            headers["X-RateLimit-Limit"] = "100";
            headers["X-RateLimit-Remaining"] = "0";
            if (context.Features.GetRequiredFeature<FakeJiraServer>().Options.Deployment == Deployment.Server)
            {
                headers["X-RateLimit-Interval-Seconds"] = "60";
                headers["X-RateLimit-FillRate"] = "10";
                return Reply.Json(context, 429, new { message = "Rate limit exceeded." });
            }

            var reset = clock.GetUtcNow().AddSeconds(retryAfter);
            headers["X-RateLimit-Reset"] = reset.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
            headers["RateLimit-Reason"] = reason;
            return Reply.Json(context, 429, new { errorMessages = new[] { "Rate limit exceeded." }, errors = new { } });
        }
    }

    sealed class Plain(int status, int? retryAfter) : Fault
    {
        public override Task Answer(HttpContext context, TimeProvider clock, RequestDelegate handle)
        {
            if (retryAfter is not null) context.Response.Headers.RetryAfter = retryAfter.Value.ToString(CultureInfo.InvariantCulture);
            return Reply.Json(context, status, new { errorMessages = Array.Empty<string>(), errors = new { } });
        }
    }
}
