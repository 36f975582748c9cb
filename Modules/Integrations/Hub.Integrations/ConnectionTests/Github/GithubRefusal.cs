using Hub.Integrations.Health;
using Hub.SharedKernel.Outbound;

namespace Hub.Integrations.ConnectionTests.Github;

/// <summary>Headers of every request to GitHub's REST API.</summary>
internal static class GithubHeaders
{
    public static Dictionary<string, string> With(string token) => new()
    {
        ["Accept"] = "application/vnd.github+json",
        ["X-GitHub-Api-Version"] = "2022-11-28",
        ["Authorization"] = $"Bearer {token}",
    };
}

/// <summary>What a GitHub answer that is no success means. 403 and 429 are throttling or a lack of permission; headers and words tell which.</summary>
internal static class GithubRefusal
{
    public static (string Reason, string Message) Of(OutboundResponse response, string asked) => response.Status switch
    {
        401 => (FailureReason.Auth, "GitHub refused the token: it is wrong, expired or revoked."),
        403 or 429 when Throttled(response) => (FailureReason.RateLimited, "GitHub is throttling this token; try again later."),
        403 when response.Header("X-GitHub-SSO") is not null => (FailureReason.Permission, "The organisation wants single sign-on: authorise the token for it at GitHub."),
        403 => (FailureReason.Permission, $"The token may not read {asked}.{ProviderWords.Complaint(response)}"),
        404 => (FailureReason.NotFound, $"GitHub does not find {asked}: it does not exist, was deleted, or is not shared with this token."),
        451 => (FailureReason.Permission, "GitHub has blocked the repository for legal reasons."),
        200 => (FailureReason.ProviderError, "The address answers, but not as GitHub's API does: check the API address."),
        >= 300 and < 400 => (FailureReason.Config, "The API address redirects elsewhere: check it."),
        _ => (FailureReason.ProviderError, $"GitHub answered HTTP {response.Status} when asked for {asked}.{ProviderWords.Complaint(response)}"),
    };

    private static bool Throttled(OutboundResponse response) =>
        response.Status == 429 || response.Header("Retry-After") is not null || response.Header("X-RateLimit-Remaining") is "0"
        || ProviderWords.Complaint(response).Contains("rate limit", StringComparison.OrdinalIgnoreCase);
}
