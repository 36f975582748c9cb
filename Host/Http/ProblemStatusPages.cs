using Hub.SharedKernel.Problems;

namespace Hub.Host.Http;

internal static class ProblemStatusPages
{
    /// <summary>An error that the framework answered with an empty body gets its problem document.</summary>
    public static void UseProblemStatusPages(this IApplicationBuilder app) => app.UseStatusCodePages(pages => Write(pages.HttpContext));

    private static Task Write(HttpContext context)
    {
        var status = context.Response.StatusCode;
        var (code, title, detail) = status switch
        {
            404 => ("not_found", "Not found", "There is nothing at this path. The paths are listed at /docs."),
            405 => ("method_not_allowed", "Method not allowed", "This path does not take this method; see the Allow header."),
            415 => ("unsupported_media_type", "Unsupported media type", "Send Content-Type: application/json."),
            413 => ("body_too_large", "The body is too large", "Send less."),
            _ => ($"http_{status}", "The request failed", "See the status code."),
        };
        return ProblemWriter.Write(context, status, code, title, detail);
    }
}
