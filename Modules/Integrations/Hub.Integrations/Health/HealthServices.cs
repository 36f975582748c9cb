using Hub.Integrations.Health.Checks;
using Hub.Integrations.Health.Expiry;
using Hub.Integrations.Health.History;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Integrations.Health;

internal static class HealthServices
{
    public static void AddHealth(this IServiceCollection services)
    {
        services.AddSingleton(provider => HealthOptions.Read(provider.GetRequiredService<IConfiguration>()));
        services.AddScoped<HealthStore>();
        services.AddScoped<HealthSlots>();
        services.AddScoped<HealthSums>();
        services.AddScoped<HealthLog>();
        services.AddScoped<ExpiryStore>();
        services.AddScoped<CheckClaims>();
        services.AddScoped<HealthCheck>();
        services.AddSingleton<HealthCheckWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<HealthCheckWorker>());
        services.AddSingleton<HealthCensus>();
        services.AddSingleton<HealthUpkeep>();
        services.AddHostedService(provider => provider.GetRequiredService<HealthUpkeep>());
    }
}
