using Hub.Integrations.Sessions;
using Hub.SharedKernel.Http;
using Microsoft.AspNetCore.Http;

namespace Hub.Integrations.Sso;

/// <summary>A short-lived cookie that tells one browser from another between the start of a sign-in and its end.</summary>
internal sealed class SsoBrowser(PublicAddress address)
{
    private const string Name = "hub_signin";

    public static string? Secret(HttpContext context) => context.Request.Cookies[Name] is { Length: 43 } secret ? secret : null;

    /// <summary>Kept while it lasts, so that sign-ins in two tabs both end well.</summary>
    public string Mark(HttpContext context)
    {
        var secret = Secret(context) ?? SessionToken.New();
        context.Response.Cookies.Append(Name, secret, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = address.IsHttps(context.Request),
            Path = "/",
            MaxAge = SsoAttempts.Lasts,
            IsEssential = true,
        });
        return secret;
    }
}
