namespace Hub.Host.Http;

/// <summary>
/// <c>/api/...</c> without a version is the current version. Providers are also served on the short paths <c>/webhooks/in/...</c>,
/// <c>/webhooks/jira</c> and <c>/webhooks/github</c>: what administrators type into a webhook form should be short. So are <c>/live</c>,
/// <c>/hubs/live</c>, <c>/auth/...</c> and <c>/oauth/callback</c>, which are typed into providers' forms, the icons, whose addresses the catalogue gives out as
/// <c>/icons/...</c>, and the JSON Schema of its documents below <c>/schemas/...</c>.
/// </summary>
internal static class ApiPaths
{
    public const string Current = "/api/v1";

    private static readonly string[] ShortPosts = ["/webhooks/in", "/webhooks/jira", "/webhooks/github"];
    private static readonly string[] ShortStarts = ["/icons", "/schemas", "/auth", "/oauth/callback", "/hubs"];

    public static void UseApiPaths(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var path = context.Request.Path;
        if (path.StartsWithSegments("/api", out var rest) && rest.HasValue && !IsVersion(rest))
            context.Request.Path = Current + rest;
        else if (path == "/live" || ShortStarts.Any(start => path.StartsWithSegments(start))
            || (IsDelivery(context.Request.Method) && ShortPosts.Any(start => path.StartsWithSegments(start))))
            context.Request.Path = Current + path;
        return next(context);
    });

    private static bool IsDelivery(string method) => HttpMethods.IsPost(method) || HttpMethods.IsHead(method);

    private static bool IsVersion(PathString rest)
    {
        var segment = rest.Value.AsSpan(1);
        var end = segment.IndexOf('/');
        segment = end < 0 ? segment : segment[..end];
        return segment.Length > 1 && segment[0] == 'v' && segment[1..].IndexOfAnyExceptInRange('0', '9') < 0;
    }
}
