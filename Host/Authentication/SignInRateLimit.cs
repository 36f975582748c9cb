using System.Threading.RateLimiting;
using Hub.Host.Web;
using Hub.SharedKernel.Access;
using Hub.SharedKernel.Http;
using Hub.SharedKernel.Problems;
using Microsoft.AspNetCore.RateLimiting;

namespace Hub.Host.Authentication;

/// <summary>
/// Attempts to sign in, by the address they come from: <c>Hub:SignIn:AttemptsPerMinute</c>, default 20. Behind a proxy that means the proxy, unless
/// <c>ASPNETCORE_FORWARDEDHEADERS_ENABLED=true</c>.
/// </summary>
internal static class SignInRateLimit
{
    private const int Default = 20;
    private const int RedirectsPerAttempt = 10;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static void AddSignInLimit(this IServiceCollection services) => services.AddRateLimiter(limiter =>
    {
        limiter.AddPolicy(SignInLimit.Policy, context => Window(context, 1));
        limiter.AddPolicy(SignInLimit.Redirects, context => Window(context, RedirectsPerAttempt));
        limiter.OnRejected = Refuse;
    });

    private static RateLimitPartition<string> Window(HttpContext context, int factor) => RateLimitPartition.GetSlidingWindowLimiter(
        ClientAddress.Of(context), _ => new SlidingWindowRateLimiterOptions
        {
            PermitLimit = factor * context.RequestServices.GetRequiredService<IConfiguration>().GetValue("Hub:SignIn:AttemptsPerMinute", Default),
            Window = Minute,
            SegmentsPerWindow = 6,
            QueueLimit = 0,
        });

    private static async ValueTask Refuse(OnRejectedContext rejected, CancellationToken ct)
    {
        var context = rejected.HttpContext;
        if (context.GetEndpoint()?.Metadata.GetMetadata<AnswersWithPages>() is not null)
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            context.Response.Headers.RetryAfter = "60";
            await LoginPage.Write(context, new LoginPage.Form(Problem: SignInWords.TooMany));
            return;
        }

        await ProblemWriter.Write(
            context, new TooManyRequestsException("Too many attempts to sign in from this address. Wait a minute, then try again.") { RetryAfter = Minute });
    }
}
