namespace Hub.Integrations.Health;

/// <summary>The health words of an integration.</summary>
internal static class HealthStatus
{
    public const string Healthy = "healthy";
    public const string Warning = "warning";
    public const string Error = "error";
    public const string Unknown = "unknown";
}

/// <summary>Why a call or a test did not work.</summary>
internal static class FailureReason
{
    public const string Auth = "auth";
    public const string Permission = "permission";
    public const string NotFound = "not_found";
    public const string RateLimited = "rate_limited";
    public const string Network = "network";
    public const string Tls = "tls";
    public const string Timeout = "timeout";
    public const string ProviderError = "provider_error";
    public const string Config = "config";
}

/// <summary>One test or real call.</summary>
/// <param name="At">When it ended.</param>
/// <param name="Ok">Whether it worked.</param>
/// <param name="Reason">A <see cref="FailureReason"/>; null when it worked.</param>
/// <param name="Message">For people, redacted.</param>
/// <param name="RetryAfter">How long the provider wants to be left alone.</param>
internal sealed record Observation(DateTimeOffset At, bool Ok, string? Reason, string? Message, TimeSpan? RetryAfter = null);

/// <param name="Status">A <see cref="HealthStatus"/>.</param>
/// <param name="Reason">Why it is not healthy.</param>
/// <param name="Message">The same for people.</param>
/// <param name="Since">Since when it has this status.</param>
/// <param name="Failures">How many observations in a row failed; throttled ones do not count.</param>
internal sealed record HealthState(string Status, string? Reason, string? Message, DateTimeOffset Since, int Failures)
{
    public static HealthState Unobserved(DateTimeOffset since) => new(HealthStatus.Unknown, null, null, since, 0);
}

/// <summary>
/// Health as a fold over observations. What no repetition cures is an error at once; what may pass is a warning, and an error from the third time in a
/// row; being throttled never is one, and neither does it prove that an error is over.
/// </summary>
internal static class HealthFold
{
    public const int ErrorAfter = 3;

    /// <summary>So many failures in a row open the breaker: the integration is no longer chosen for new work. The next success closes it.</summary>
    public const int BreakerOpensAfter = 10;

    public static HealthState Next(HealthState now, Observation seen) => seen switch
    {
        { Ok: true } => Move(now, HealthStatus.Healthy, null, null, seen.At, 0),
        { Reason: FailureReason.RateLimited } when now.Status is HealthStatus.Error => now,
        { Reason: FailureReason.RateLimited } => Move(now, HealthStatus.Warning, seen.Reason, seen.Message, seen.At, now.Failures),
        { Reason: var reason } when !MayPass(reason) => Move(now, HealthStatus.Error, reason, seen.Message, seen.At, now.Failures + 1),
        _ => Passing(now, seen),
    };

    /// <summary>Whether waiting may cure it.</summary>
    public static bool MayPass(string? reason) =>
        reason is not (FailureReason.Auth or FailureReason.Permission or FailureReason.Config or FailureReason.NotFound or FailureReason.Tls);

    public static bool BreakerOpen(int failures) => failures >= BreakerOpensAfter;

    private static HealthState Passing(HealthState now, Observation seen)
    {
        var failures = now.Failures + 1;
        // A refused credential stays the thing to repair even if the next call does not get that far.
        return now.Status is HealthStatus.Error && !MayPass(now.Reason)
            ? now with { Failures = failures }
            : Move(now, failures >= ErrorAfter ? HealthStatus.Error : HealthStatus.Warning, seen.Reason ?? FailureReason.ProviderError, seen.Message, seen.At, failures);
    }

    private static HealthState Move(HealthState now, string status, string? reason, string? message, DateTimeOffset at, int failures) =>
        new(status, reason, message, status == now.Status ? now.Since : at, failures);
}
