namespace Hub.Webhooks.Sending;

/// <summary>What becomes of a delivery after one attempt.</summary>
/// <param name="Status">delivered, failed or pending.</param>
/// <param name="Attempt">How many attempts count so far.</param>
/// <param name="NextAttemptAt">When it is sent again; null when it is over.</param>
internal sealed record DeliveryFate(string Status, int Attempt, DateTimeOffset? NextAttemptAt)
{
    public const string Pending = "pending";
    public const string Delivered = "delivered";
    public const string Failed = "failed";

    /// <param name="attempt">The number of the attempt, from 1.</param>
    /// <param name="probe">Whether it was the one that an open breaker lets through.</param>
    /// <param name="outcome">What came of it.</param>
    /// <param name="endpoint">The endpoint, with this outcome counted.</param>
    /// <param name="at">When.</param>
    /// <param name="random">0 to 1.</param>
    public static DeliveryFate Of(int attempt, bool probe, DeliveryOutcome outcome, EndpointCondition endpoint, DateTimeOffset at, double random)
    {
        if (outcome.Verdict is DeliveryVerdict.Accepted)
            return new DeliveryFate(Delivered, attempt, null);
        // Waiting for a breaker, or for an endpoint that wants less, costs no attempt.
        var free = probe || outcome.Verdict is DeliveryVerdict.Throttled;
        var counted = free ? attempt - 1 : attempt;
        if (endpoint.State is "disabled")
            return new DeliveryFate(Failed, counted, null);
        var next = free ? endpoint.OpenUntil ?? endpoint.NotBefore ?? at : at + DeliverySchedule.After(attempt, outcome.RetryAfter, random);
        return new DeliveryFate(next is null ? Failed : Pending, counted, next);
    }
}
