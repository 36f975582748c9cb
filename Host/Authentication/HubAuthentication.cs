using Hub.SharedKernel.Access;
using Microsoft.AspNetCore.Authentication;

namespace Hub.Host.Authentication;

/// <summary>Who asks: by the key in the Authorization header, else by the session in the cookie.</summary>
internal static class HubAuthentication
{
    private const string Either = "Hub";

    public static void AddHubAuthentication(this IServiceCollection services)
    {
        services.AddAuthentication(Either)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null)
            .AddScheme<AuthenticationSchemeOptions, SessionHandler>(SessionHandler.SchemeName, null)
            .AddPolicyScheme(Either, null, options => options.ForwardDefaultSelector = SchemeOf);
        services.AddCsrfProtection();
        services.AddSignInLimit();
    }

    private static string SchemeOf(HttpContext context) =>
        context.Request.Headers.Authorization.Count == 0 && SessionCookie.Token(context) is not null ? SessionHandler.SchemeName : ApiKeyHandler.SchemeName;
}
