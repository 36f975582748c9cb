using System.ComponentModel;
using System.Text.Json;
using Hub.SharedKernel.Problems;
using Microsoft.AspNetCore.Http.Metadata;

namespace Hub.Host.Http;

internal static class ProblemStatusPages
{
    /// <summary>An error that the framework answered with an empty body gets its problem document.</summary>
    public static void UseProblemStatusPages(this IApplicationBuilder app) => app.UseStatusCodePages(pages => Write(pages.HttpContext));

    private static Task Write(HttpContext context)
    {
        var status = context.Response.StatusCode;
        if (status is StatusCodes.Status400BadRequest && Unreadable(context) is { Count: > 0 } errors)
            return ProblemWriter.Write(context, new InvalidException(errors));
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

    // Routes that are bound at compile time refuse an optional value that does not parse without a word of which one it was.
    private static Dictionary<string, string[]> Unreadable(HttpContext context) =>
        (context.GetEndpoint()?.Metadata.GetOrderedMetadata<IParameterBindingMetadata>() ?? [])
        .Where(parameter => parameter.HasTryParse)
        .Select(parameter => (Name: NameOf(parameter), parameter.ParameterInfo.ParameterType))
        .Where(parameter => !Parses(parameter.ParameterType, context.Request.Query[parameter.Name].ToString()))
        .ToDictionary(parameter => JsonNamingPolicy.SnakeCaseLower.ConvertName(parameter.Name), parameter => new[] { ExpectedValue.Of(parameter.ParameterType) });

    private static string NameOf(IParameterBindingMetadata parameter) =>
        parameter.ParameterInfo.GetCustomAttributes(inherit: true).OfType<IFromQueryMetadata>().FirstOrDefault()?.Name ?? parameter.Name;

    private static bool Parses(Type type, string text)
    {
        if (text is "" || Nullable.GetUnderlyingType(type) is not { } value)
            return true;
        try
        {
            return TypeDescriptor.GetConverter(value).ConvertFromInvariantString(text) is not null;
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException)
        {
            return false;
        }
    }
}
