using Microsoft.Extensions.DependencyInjection;

namespace Hub.Integrations.OAuth;

internal static class OAuthServices
{
    public static void AddOAuthGrants(this IServiceCollection services)
    {
        services.AddSingleton<Turns>();
        services.AddScoped<PendingAuthorizations>();
        services.AddScoped<OAuthMethods>();
        services.AddScoped<AcceptCode>();
        services.AddScoped<GrantStore>();
        services.AddScoped<GrantRefresh>();
        services.AddScoped<FreshTokens>();
        services.AddScoped<DueGrant>();
        services.AddSingleton<RefreshGrants>();
        services.AddHostedService(provider => provider.GetRequiredService<RefreshGrants>());
    }
}
