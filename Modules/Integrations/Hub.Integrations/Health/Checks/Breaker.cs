namespace Hub.Integrations.Health.Checks;

internal enum BreakerPhase
{
    Closed,
    Open,
    HalfOpen,
}

/// <summary>
/// What keeps new work away from an integration that only fails. Closed until <see cref="HealthFold.BreakerOpensAfter"/> failures in a row; then open for a
/// cool-down; then half-open: what comes next decides. A success closes it, a failure opens it again for twice as long, up to half an hour.
/// </summary>
/// <param name="Trips">How often it opened since the last success.</param>
/// <param name="OpenUntil">When the cool-down ends; null when there is none.</param>
internal sealed record Breaker(int Trips, DateTimeOffset? OpenUntil)
{
    public static readonly Breaker Closed = new(0, null);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    public BreakerPhase PhaseAt(DateTimeOffset now) =>
        Trips == 0 ? BreakerPhase.Closed
        : now < OpenUntil ? BreakerPhase.Open
        : BreakerPhase.HalfOpen;

    /// <param name="failures">Failures in a row, this one included.</param>
    /// <param name="seen">What happened.</param>
    public Breaker Next(int failures, Observation seen) => seen switch
    {
        { Ok: true } => Closed,
        // Throttling proves neither that it works nor that it does not.
        { Reason: FailureReason.RateLimited } => this,
        _ when !HealthFold.BreakerOpen(failures) => this,
        // What was under way when it opened tells nothing new.
        _ when PhaseAt(seen.At) is BreakerPhase.Open => this,
        _ => new Breaker(Trips + 1, seen.At + CoolDown(Trips + 1)),
    };

    /// <summary>1 minute, doubling, at most 30.</summary>
    public static TimeSpan CoolDown(int trip) =>
        trip > 5 ? Longest : TimeSpan.FromMinutes(Math.Pow(2, Math.Max(0, trip - 1)));
}
