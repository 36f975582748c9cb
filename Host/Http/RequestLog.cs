namespace Hub.Host.Http;

internal static class RequestLog
{
    private const string Category = "Microsoft.AspNetCore.Hosting.Diagnostics";

    /// <summary>
    /// The framework can log each request with its whole address, where SignalR's clients put a key and senders of webhooks their token. No setting of log
    /// levels switches that on.
    /// </summary>
    public static void NeverLogAddresses(this ILoggingBuilder logging) => logging.Services.PostConfigure<LoggerFilterOptions>(options =>
    {
        // Of rules for the same provider and category the last one counts, and one for a provider counts more than one for all.
        foreach (var provider in options.Rules.Select(rule => rule.ProviderName).Append(null).Distinct().ToList())
            options.Rules.Add(new LoggerFilterRule(provider, Category, LogLevel.Warning, null));
    });
}
