using Microsoft.Extensions.DependencyInjection;

namespace Hub.Integrations.Actions;

internal static class ActionServices
{
    public static void AddActions(this IServiceCollection services)
    {
        services.AddScoped<MailAction>();
        services.AddScoped<ActionRecord>();
        services.AddSingleton<PushCalls>();
    }
}
