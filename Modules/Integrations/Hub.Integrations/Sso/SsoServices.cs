using Hub.Integrations.ConnectionTests;
using Hub.Integrations.Sso.Oidc;
using Hub.Integrations.Sso.Saml;
using Hub.Integrations.Sso.Settings;
using Hub.Integrations.Sso.Test;
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
        services.AddScoped<SsoScope>();
        services.AddSingleton<ClientProof>();
        services.AddSingleton<OidcTest>();
        services.AddSingleton<OAuth2Test>();
        services.AddSingleton<SamlTest>();
        services.AddSingleton<IConnectionTest, SsoConnectionTest>();
    }
}
