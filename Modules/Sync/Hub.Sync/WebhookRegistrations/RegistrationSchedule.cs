namespace Hub.Sync.WebhookRegistrations;

/// <summary>When a registration is looked at next. A pure decision; neighbours are spread.</summary>
internal static class RegistrationSchedule
{
    private static readonly TimeSpan Regular = TimeSpan.FromHours(1);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMinutes(1);

    /// <summary>Other work of the same integration must end first, or a long list is worked off.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromMinutes(5);

    /// <summary>About an hour: from 54 to 66 minutes.</summary>
    public static TimeSpan AfterSuccess(long integrationId) => Regular * (0.9 + (0.2 * Spread(integrationId)));

    /// <param name="integrationId">Which integration.</param>
    /// <param name="failures">How often in a row, this time included.</param>
    /// <param name="passing">Whether it may be over soon.</param>
    /// <param name="asked">How long the provider asked to be left alone.</param>
    public static TimeSpan AfterFailure(long integrationId, int failures, bool passing, TimeSpan? asked)
    {
        var wait = AfterSuccess(integrationId);
        if (passing)
        {
            var doubled = FirstRetry * Math.Pow(2, Math.Clamp(failures - 1, 0, 6)) * (1 + (0.2 * Spread(integrationId)));
            wait = doubled < wait ? doubled : wait;
        }

        return asked > wait ? asked.Value : wait;
    }

    /// <summary>Somewhere from 0 to 1, far from the neighbours' places: multiples of the golden ratio.</summary>
    private static double Spread(long id) => ((ulong)id * 11400714819323198485UL >> 11) / (double)(1UL << 53);
}
