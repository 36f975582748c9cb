using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.WebhookRegistrations;

/// <summary>What keeping webhooks at the providers needs.</summary>
internal static class RegistrationServices
{
    public static IServiceCollection AddWebhookRegistrations(this IServiceCollection services) => services
        .AddSingleton<IWebhookKeeper, GithubHooks>()
        .AddSingleton<IWebhookKeeper, JiraHooks>()
        .AddSingleton<DeliveryRecovery>()
        .AddScoped<HubPresence>()
        .AddScoped<RegistrationClaims>()
        .AddScoped<RegistrationRecord>()
        .AddScoped<RegistrationCheck>()
        .AddSingleton<RegistrationWorker>()
        .AddHostedService(provider => provider.GetRequiredService<RegistrationWorker>());
}
