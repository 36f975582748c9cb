using System.Text;
using Hub.SharedKernel.Outbound;

namespace Hub.SharedKernel.Budgets.Dialects;

/// <summary>
/// GitHub: a count per resource and window (primary), and a limit on the pace (secondary) that no header tells before a call is refused. 403 is either, or a
/// lack of permission. https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
/// </summary>
internal sealed class GithubDialect : IBudgetDialect
{
    private const string Primary = "primary";
    private const string Pace = "pace";
    private const int PointsOfWrite = 5;
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(60);
    private static readonly LimitReading PointsAMinute = new(Pace, "points") { Capacity = 900, Window = TimeSpan.FromMinutes(1) };

    public IReadOnlyList<Draw> Draws(OutboundRequest request)
    {
        if (request.Url.AbsolutePath.EndsWith("/rate_limit", StringComparison.Ordinal))
            return [];
        var resource = new Draw(Resource(request));
        // An Enterprise Server sets limits of its own, or none.
        return request.Url.Host is "api.github.com"
            ? [resource, new Draw(Pace, IsRead(request.Method) ? 1 : PointsOfWrite, PointsAMinute)]
            : [resource];
    }

    public IReadOnlyList<LimitReading> Read(OutboundRequest request, OutboundResponse response, DateTimeOffset now)
    {
        var told = new List<LimitReading>(2);
        var resource = response.Header("X-RateLimit-Resource") is { Length: > 0 and <= 60 } named ? named : Resource(request);
        var resetsIn = response.Reset("X-RateLimit-Reset", now);
        if (response.Number("X-RateLimit-Remaining") is { } left)
            told.Add(new LimitReading(resource, Primary)
            {
                Capacity = response.Number("X-RateLimit-Limit"), Remaining = left, ResetsIn = resetsIn,
                Window = resource.Contains("search", StringComparison.Ordinal) ? TimeSpan.FromMinutes(1) : TimeSpan.FromHours(1),
            });
        if (response.Status is 403 or 429 && Refusal(response, resource, resetsIn, now) is { } refusal)
            told.Add(refusal);
        return told;
    }

    /// <summary>An answer from GitHub's cache costs nothing of the primary limit.</summary>
    public bool IsFree(OutboundResponse response) => response.Status == 304;

    private static LimitReading? Refusal(OutboundResponse response, string resource, TimeSpan? resetsIn, DateTimeOffset now)
    {
        if (response.RetryAfter(now) is { } asked)
            return new LimitReading("", "secondary") { Pause = asked };
        if (response.Number("X-RateLimit-Remaining") is 0 && resetsIn > TimeSpan.Zero)
            return new LimitReading(resource, Primary) { Pause = resetsIn };
        return response.Status == 429 || SaysSo(response) ? new LimitReading("", "secondary") { Backoff = FirstBackoff } : null;
    }

    private static bool SaysSo(OutboundResponse response)
    {
        var said = Encoding.UTF8.GetString(response.Body.AsSpan(0, Math.Min(response.Body.Length, 4096)));
        return said.Contains("secondary rate limit", StringComparison.OrdinalIgnoreCase) || said.Contains("abuse detection", StringComparison.OrdinalIgnoreCase);
    }

    private static string Resource(OutboundRequest request)
    {
        var path = request.Url.AbsolutePath;
        return path.EndsWith("/graphql", StringComparison.Ordinal) ? "graphql"
            : path.EndsWith("/search/code", StringComparison.Ordinal) ? "code_search"
            : path.Contains("/search/", StringComparison.Ordinal) ? "search"
            : "core";
    }

    private static bool IsRead(HttpMethod method) => method == HttpMethod.Get || method == HttpMethod.Head || method == HttpMethod.Options;
}
