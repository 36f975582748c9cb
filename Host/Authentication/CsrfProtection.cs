using Hub.SharedKernel.Http;
using Hub.SharedKernel.Problems;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Hub.Host.Authentication;

/// <summary>
/// A browser sends its cookie along with whatever a page makes it send, so a request that changes something with a session must also carry the
/// token that only our own pages can read. Keys are never sent by themselves and need none. To a WebSocket a page adds no header: there the browser
/// itself says whose page it is.
/// </summary>
internal static class CsrfProtection
{
    public const string Header = "X-CSRF-Token";

    public static void AddCsrfProtection(this IServiceCollection services)
    {
        services.AddAntiforgery(options =>
        {
            options.HeaderName = Header;
            options.FormFieldName = "csrf_token";
            options.Cookie.Name = "hub_csrf";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.IsEssential = true;
            options.Cookie.Path = "/";
            // X-Frame-Options is on every answer already.
            options.SuppressXFrameOptionsHeader = true;
        });
        services.AddSingleton<IConfigureOptions<AntiforgeryOptions>, SecureBehindProxy>();
    }

    /// <summary>After authentication.</summary>
    public static void UseCsrfProtection(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (context.User.Identity?.AuthenticationType == SessionHandler.SchemeName)
            if (IsWebSocket(context))
                RequireOwnOrigin(context);
            else if (!IsSafe(context.Request.Method))
                await Require(context);
        await next(context);
    });

    private static bool IsWebSocket(HttpContext context) => context.Features.Get<IHttpExtendedConnectFeature>()?.IsExtendedConnect == true
        || context.Request.Headers.Upgrade.ToString().Contains("websocket", StringComparison.OrdinalIgnoreCase);

    private static void RequireOwnOrigin(HttpContext context)
    {
        var own = context.RequestServices.GetRequiredService<PublicAddress>();
        if (!Uri.TryCreate(context.Request.Headers.Origin.ToString(), UriKind.Absolute, out var origin) || !own.IsOrigin(origin, context.Request))
            throw new ForbiddenException(
                "With a session, a WebSocket is opened by the hub's own pages only; elsewhere use an API key. If this is one of them, set Hub__PublicUrl.",
                "origin_not_allowed");
    }

    private static async Task Require(HttpContext context)
    {
        try
        {
            await context.RequestServices.GetRequiredService<IAntiforgery>().ValidateRequestAsync(context);
        }
        catch (AntiforgeryValidationException)
        {
            throw new ForbiddenException(
                $"With a session, requests that change something need the header {Header}. GET /api/v1/auth/session gives its value.", "csrf_token_invalid");
        }
    }

    private static bool IsSafe(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method);

    private sealed class SecureBehindProxy(IConfiguration configuration) : IConfigureOptions<AntiforgeryOptions>
    {
        public void Configure(AntiforgeryOptions options) => options.Cookie.SecurePolicy =
            configuration[PublicAddress.Setting]?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) == true
                ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
    }
}
