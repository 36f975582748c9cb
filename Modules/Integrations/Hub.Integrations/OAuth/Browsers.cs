using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Hub.Integrations.OAuth;

/// <summary>Which caller is a browser, where it may be sent, and whether the one that comes back is the one that left.</summary>
internal static class Browsers
{
    /// <summary>The redirect address that operators register with providers, below the hub's public address. Also served below <c>/api/v1</c>.</summary>
    public const string CallbackPath = "/oauth/callback";

    private const int LongestPath = 500;

    public static bool IsOne(HttpRequest request) => request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    /// <summary>A path on this host: anything that a browser could read as another host is none.</summary>
    public static bool IsOwnPath(string? path) =>
        path is { Length: > 0 and <= LongestPath } && path[0] == '/' && (path.Length == 1 || path[1] is not ('/' or '\\'))
        && !path.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c == '\\') && Uri.TryCreate(path, UriKind.Relative, out _);

    /// <summary>Gives the browser what it must bring back. A name for each attempt, so that two windows do not disturb each other.</summary>
    public static void Bind(HttpContext http, string state, string secret, bool https) =>
        http.Response.Cookies.Append(Name(state), secret, Options(https));

    public static bool IsBound(HttpContext http, string state, byte[] hash) =>
        http.Request.Cookies[Name(state)] is { Length: > 0 } secret && CryptographicOperations.FixedTimeEquals(Pkce.Hash(secret), hash);

    public static void Release(HttpContext http, string state, bool https)
    {
        if (http.Request.Cookies.ContainsKey(Name(state)))
            http.Response.Cookies.Delete(Name(state), Options(https));
    }

    private static string Name(string state) => $"hub_oauth_{Convert.ToHexStringLower(Pkce.Hash(state).AsSpan(0, 4))}";

    private static CookieOptions Options(bool https) => new()
    {
        HttpOnly = true,
        // Lax: the provider's redirect is a navigation from its site to ours.
        SameSite = SameSiteMode.Lax,
        Secure = https,
        Path = "/",
        MaxAge = PendingAuthorizations.Lifetime,
        IsEssential = true,
    };
}
