using System.Diagnostics;

namespace Hub.Host.Http;

internal static class ResponseHeaders
{
    /// <summary>Every answer names its trace, and tells browsers not to guess types or frame it.</summary>
    public static void UseResponseHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var headers = context.Response.Headers;
        headers["X-Content-Type-Options"] = "nosniff";
        headers["X-Frame-Options"] = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        if (Activity.Current is { } activity)
            headers["X-Trace-Id"] = activity.TraceId.ToHexString();
        return next(context);
    });
}
