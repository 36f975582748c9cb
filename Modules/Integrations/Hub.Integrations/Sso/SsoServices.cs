using Hub.Integrations.Sso.Oidc;
using Hub.Integrations.Sso.Saml;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Integrations.Sso;

internal static class SsoServices
{
    public static void AddSso(this IServiceCollection services)
    {
        services.AddSingleton<SsoBrowser>();
        services.AddScoped<SsoIntegrations>();
        services.AddScoped<SsoAttempts>();
        services.AddScoped<SsoSignIn>();
        services.AddScoped<SsoJournal>();
        services.AddSingleton<ProviderCall>();
        services.AddSingleton<OidcProviders>();
        services.AddSingleton<CodeExchange>();
        services.AddSingleton<UserInfo>();
        services.AddSingleton<CodeFlow>();
        services.AddSingleton<SamlFlow>();
    }
}
