using Microsoft.Extensions.DependencyInjection;

namespace Hub.Integrations.Sessions;

internal static class SessionServices
{
    public static void AddSessions(this IServiceCollection services)
    {
        services.AddScoped<SessionStart>();
        services.AddSingleton<ForgetSessions>();
        services.AddHostedService(provider => provider.GetRequiredService<ForgetSessions>());
    }
}
