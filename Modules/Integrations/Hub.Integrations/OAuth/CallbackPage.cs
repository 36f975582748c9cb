using System.Text.Encodings.Web;
using Hub.SharedKernel.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hub.Integrations.OAuth;

/// <summary>What a person sees who comes back from the provider: plain text in HTML, nothing loaded, nothing run.</summary>
internal static class CallbackPage
{
    private const string Policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static IResult Of(HttpContext http, AuthorizationAnswer answer) => Page(
        http, 200, "Authorised",
        answer.Account is { } account
            ? $"{account} has granted access to integration {answer.IntegrationId}." : $"Access was granted to integration {answer.IntegrationId}.",
        "You can close this window.");

    public static IResult Of(HttpContext http, HubException problem) => Page(
        http, problem.Status, "Not authorised", problem.Errors is { } errors ? Words(errors) : problem.Message, $"Code: {problem.Code}");

    private static string Words(IReadOnlyDictionary<string, string[]> errors) =>
        string.Join(' ', errors.SelectMany(error => error.Value.Select(message => $"{error.Key} {message}")));

    private static ContentHttpResult Page(HttpContext http, int status, string title, string message, string note)
    {
        http.Response.Headers.ContentSecurityPolicy = Policy;
        return TypedResults.Content($"""
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{Safe(title)}</title></head>
            <body><main><h1>{Safe(title)}</h1><p>{Safe(message)}</p><p>{Safe(note)}</p></main></body>
            </html>
            """, "text/html; charset=utf-8", statusCode: status);
    }

    private static string Safe(string text) => HtmlEncoder.Default.Encode(text);
}
