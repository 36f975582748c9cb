namespace Hub.Webhooks.Sending;

/// <summary>When a message that was not accepted is sent again: over about 27 hours, each pause up to a fifth longer or shorter.</summary>
internal static class DeliverySchedule
{
    private const double Jitter = 0.2;

    /// <summary>An endpoint that asks for more patience than this does not get it.</summary>
    public static readonly TimeSpan MostPatience = TimeSpan.FromHours(24);

    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5), TimeSpan.FromHours(10),
        TimeSpan.FromHours(10),
    ];

    public static int MaxAttempts => Pauses.Length + 1;

    /// <param name="attempt">The one that failed, from 1.</param>
    /// <param name="asked">What the endpoint said in <c>Retry-After</c>: it is not sent before.</param>
    /// <param name="random">0 to 1.</param>
    /// <returns>The pause; null after the last attempt.</returns>
    public static TimeSpan? After(int attempt, TimeSpan? asked, double random)
    {
        if (attempt >= MaxAttempts)
            return null;
        var pause = Pauses[Math.Max(attempt, 1) - 1] * (1 - Jitter + 2 * Jitter * random);
        return asked is { } least && least > pause ? least < MostPatience ? least : MostPatience : pause;
    }
}
