namespace Hub.Webhooks.Processing;

/// <summary>When an event that failed is tried again: soon at first, then over hours, each pause up to a fifth longer or shorter.</summary>
internal static class RetrySchedule
{
    private const double Jitter = 0.2;
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10),
        TimeSpan.FromHours(1), TimeSpan.FromHours(3), TimeSpan.FromHours(6),
    ];

    /// <param name="failed">The attempt that failed, from 1.</param>
    /// <param name="maxAttempts">How many there may be.</param>
    /// <param name="random">0 to 1.</param>
    /// <returns>The pause; null after the last attempt.</returns>
    public static TimeSpan? After(int failed, int maxAttempts, double random) =>
        failed >= maxAttempts ? null : Pauses[Math.Clamp(failed, 1, Pauses.Length) - 1] * (1 - Jitter + 2 * Jitter * random);
}
