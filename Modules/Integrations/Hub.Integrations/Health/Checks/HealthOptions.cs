using Microsoft.Extensions.Configuration;

namespace Hub.Integrations.Health.Checks;

/// <summary>Configuration section <c>Hub:Health</c>.</summary>
internal sealed record HealthOptions(TimeSpan Interval, int Parallelism)
{
    private const double Default = 15;

    /// <exception cref="InvalidOperationException">A setting is out of range; said at start.</exception>
    public static HealthOptions Read(IConfiguration configuration)
    {
        var minutes = configuration.GetValue("Hub:Health:IntervalMinutes", Default);
        var parallelism = configuration.GetValue("Hub:Health:Parallelism", 8);
        if (minutes is not (>= 0.1 and <= 1440))
            throw new InvalidOperationException("Hub:Health:IntervalMinutes must be between 0.1 and 1440.");
        return parallelism is >= 1 and <= 64
            ? new HealthOptions(TimeSpan.FromMinutes(minutes), parallelism)
            : throw new InvalidOperationException("Hub:Health:Parallelism must be between 1 and 64.");
    }
}
