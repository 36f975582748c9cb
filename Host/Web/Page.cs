using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;

namespace Hub.Host.Web;

/// <summary>A page without scripts: what it may load is nothing but its own style, named by its hash.</summary>
internal static class Page
{
    // No form-action: browsers apply it to redirects too, and the form for single sign-on ends at somebody else's server.
    private static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Hash(PageStyle.Text)}'; base-uri 'none'; frame-ancestors 'none'";

    /// <param name="context">Whose answer.</param>
    /// <param name="title">Plain text.</param>
    /// <param name="body">HTML: everything that came from outside has gone through <see cref="Text"/>.</param>
    public static Task Write(HttpContext context, string title, string body)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.CacheControl = "no-store";
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(
            $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Text(title)} · Integration Hub</title>
            <style>{PageStyle.Text}</style>
            </head>
            <body>
            <main>
            <p class="product">Integration Hub</p>
            <h1>{Text(title)}</h1>
            {body}
            </main>
            </body>
            </html>

            """, context.RequestAborted);
    }

    private static string Hash(string text) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Plain text as HTML, for content and for attributes in double quotes.</summary>
    public static string Text(string? plain) => HtmlEncoder.Default.Encode(plain ?? "");
}
