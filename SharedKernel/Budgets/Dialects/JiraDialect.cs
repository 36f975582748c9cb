using Hub.SharedKernel.Outbound;

namespace Hub.SharedKernel.Budgets.Dialects;

/// <summary>
/// Jira Cloud: points per hour of the whole credential, bursts per endpoint and method, writes per issue; which of them refused a call is told by
/// <c>RateLimit-Reason</c>. Data Center: a bucket that fills up by so many calls per interval.
/// https://developer.atlassian.com/cloud/jira/platform/rate-limiting/
/// </summary>
internal sealed class JiraDialect : IBudgetDialect
{
    private const int MaxScope = 200;
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(30);

    public IReadOnlyList<Draw> Draws(OutboundRequest request) =>
        Issue(request) is { } issue ? [new Draw(Endpoint(request)), new Draw(issue)] : [new Draw(Endpoint(request))];

    public IReadOnlyList<LimitReading> Read(OutboundRequest request, OutboundResponse response, DateTimeOffset now)
    {
        var told = response.Policies().Concat(response.Policies("Beta-")).ToList();
        if (Bucket(response) is { } bucket)
            told.Add(bucket);
        if (response.Status == 429)
            told.Add(Refusal(request, response, now));
        return told;
    }

    private static LimitReading Refusal(OutboundRequest request, OutboundResponse response, DateTimeOffset now)
    {
        var reason = response.Header("RateLimit-Reason");
        var scope = reason switch
        {
            "jira-burst-based" => Endpoint(request),
            "jira-per-issue-on-write" => Issue(request) ?? Endpoint(request),
            _ => "",
        };
        var name = reason is { Length: > 0 and <= 60 } ? reason : GenericDialect.Requests;
        return GenericDialect.Refusal(response, scope, name, now, FirstBackoff);
    }

    // Cloud's counts say neither of which limit they are nor when it is full again, and are left alone.
    private static LimitReading? Bucket(OutboundResponse response) =>
        response.Number("X-RateLimit-Interval-Seconds") is { } interval and > 0 && response.Number("X-RateLimit-FillRate") is { } fill and > 0
            ? new LimitReading("", GenericDialect.Requests)
            {
                Capacity = response.Number("X-RateLimit-Limit"), Remaining = response.Number("X-RateLimit-Remaining"), Window = TimeSpan.FromSeconds(interval), Refill = fill,
            }
            : null;

    private static string Endpoint(OutboundRequest request)
    {
        var parts = Parts(request);
        for (var i = 0; i < parts.Length; i++)
            if (i != 1 && (parts[i].Any(char.IsAsciiDigit) || (i > 0 && parts[i - 1] is "project" or "issue" && parts[i] is not ("search" or "createmeta" or "bulk"))))
                parts[i] = "*";
        return Cut($"{request.Method} {string.Join('/', parts)}");
    }

    private static string? Issue(OutboundRequest request)
    {
        var parts = Parts(request);
        return request.Method != HttpMethod.Get && parts is [_, _, "issue", { } key, ..] && key.Any(char.IsAsciiDigit) ? Cut($"issue {key}") : null;
    }

    // What follows /rest/: api, its version, the resource. A context path before it is the site's.
    private static string[] Parts(OutboundRequest request)
    {
        var path = request.Url.AbsolutePath;
        var from = path.IndexOf("/rest/", StringComparison.Ordinal);
        return (from < 0 ? path : path[(from + "/rest/".Length)..]).Split('/', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string Cut(string scope) => scope.Length <= MaxScope ? scope : scope[..MaxScope];
}
