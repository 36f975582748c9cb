using Microsoft.Extensions.Configuration;

namespace Hub.SharedKernel.Budgets;

/// <summary>Configuration section <c>Hub:Budgets</c>.</summary>
internal sealed class BudgetOptions
{
    /// <summary>What background work leaves of every limit to people, in percent.</summary>
    public int ManualSharePercent { get; set; } = 10;

    /// <exception cref="InvalidOperationException">A value makes no sense.</exception>
    public static BudgetOptions Read(IConfiguration configuration)
    {
        var options = configuration.GetSection("Hub:Budgets").Get<BudgetOptions>() ?? new BudgetOptions();
        return options.ManualSharePercent is >= 0 and <= 90 ? options : throw new InvalidOperationException("Hub:Budgets:ManualSharePercent must be from 0 to 90.");
    }
}
