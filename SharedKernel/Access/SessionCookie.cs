using Hub.SharedKernel.Http;
using Microsoft.AspNetCore.Http;

namespace Hub.SharedKernel.Access;

/// <summary>
/// The cookie that carries a session's token: for this host only, out of reach of scripts, not sent along when other sites post. It goes with the
/// browser; how long the session lasts is decided by its row.
/// </summary>
public sealed class SessionCookie(PublicAddress address)
{
    public const string Name = "hub_session";

    public static string? Token(HttpContext context) => context.Request.Cookies[Name] is { Length: > 0 and <= 128 } token ? token : null;

    public void Write(HttpContext context, string token) => context.Response.Cookies.Append(Name, token, Options(context));

    public void Remove(HttpContext context) => context.Response.Cookies.Delete(Name, Options(context));

    private CookieOptions Options(HttpContext context) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = address.IsHttps(context.Request),
        Path = "/",
        IsEssential = true,
    };
}
