using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.SharedKernel.Budgets;

internal static class BudgetServices
{
    public static void AddBudgets(this IServiceCollection services)
    {
        services.AddSingleton(provider => BudgetOptions.Read(provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton<RateBudget>();
        services.AddSingleton(provider => new BudgetedCalls(
            provider.GetRequiredService<RateBudget>(), provider.GetRequiredService<BudgetOptions>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<BudgetUpkeep>();
        services.AddHostedService(provider => provider.GetRequiredService<BudgetUpkeep>());
    }
}
