using System.Globalization;
using Hub.Fakes;

namespace Hub.FakeGithub;

/// <summary>GitHub's own ways to answer badly.</summary>
public static class GithubFaults
{
    extension(Fault)
    {
        /// <summary>403 or 429 that speaks of the secondary limit, with <c>Retry-After</c> if given; much of the primary limit is left.</summary>
        public static Fault SecondaryLimit(int? retryAfterSeconds = 60, int status = 403) => new Refusal(
            status, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.", (headers, now) =>
            {
                RateLimits.Write(headers, 5_000, 4_000, now.AddMinutes(40));
                if (retryAfterSeconds is { } wait) headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
            });

        /// <summary>403 or 429 with nothing left of the primary limit until this many seconds from now.</summary>
        public static Fault PrimaryLimit(int secondsToReset = 60, int status = 403) => new Refusal(
            status, "API rate limit exceeded for user ID 1.", (headers, now) => RateLimits.Write(headers, 5_000, 0, now.AddSeconds(secondsToReset)));

        /// <summary>403 that is about permissions and not about limits: trying again changes nothing.</summary>
        public static Fault Forbidden(string message = "Resource not accessible by personal access token") =>
            new Refusal(403, message, (headers, now) => RateLimits.Write(headers, 5_000, 4_000, now.AddMinutes(40)));

        /// <summary>This status with GitHub's error body.</summary>
        public static Fault Problem(int status, string message = "Server Error", int? retryAfterSeconds = null) => new Refusal(status, message, (headers, _) =>
        {
            if (retryAfterSeconds is { } wait) headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        });
    }

    sealed class Refusal(int status, string message, Action<IHeaderDictionary, DateTimeOffset> mark) : Fault
    {
        public override Task Answer(HttpContext context, TimeProvider clock, RequestDelegate handle)
        {
            var now = clock.GetUtcNow();
            mark(context.Response.Headers, now);
            context.Response.Headers.Date = now.ToString("R", CultureInfo.InvariantCulture);
            context.Response.StatusCode = status;
            var body = new { message, documentation_url = GithubProblem.Documentation, status = $"{status}" };
            return context.Response.WriteAsJsonAsync(body, context.RequestAborted);
        }
    }
}
