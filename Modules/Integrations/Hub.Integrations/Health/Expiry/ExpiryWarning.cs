namespace Hub.Integrations.Health.Expiry;

/// <summary>
/// Puts the end of a credential over what was observed: what works but ends soon is a warning with the reason <c>auth</c>. Only observations make an
/// error; a date that has passed while calls still work is a warning that says so.
/// </summary>
internal static class ExpiryWarning
{
    /// <summary>Each is told once.</summary>
    private static readonly int[] Days = [1, 7, 30];

    /// <returns>The narrowest of 30, 7 and 1 days that the time left fits in, 0 when it has passed, null when there is more.</returns>
    public static int? Threshold(DateTimeOffset expires, DateTimeOffset now)
    {
        if (expires <= now)
            return 0;
        foreach (var days in Days)
            if (expires - now <= TimeSpan.FromDays(days))
                return days;
        return null;
    }

    public static HealthState Over(HealthState observed, CredentialExpiry? expiry, DateTimeOffset now)
    {
        if (expiry is null || Threshold(expiry.At, now) is not { } threshold)
            return observed;
        return observed switch
        {
            { Status: HealthStatus.Healthy or HealthStatus.Unknown } => observed with
            {
                Status = HealthStatus.Warning, Reason = FailureReason.Auth, Message = Words(expiry, now, threshold), Since = now,
            },
            { Status: HealthStatus.Error, Reason: FailureReason.Auth } when threshold == 0 => observed with { Message = WithExpiry(observed.Message, expiry) },
            _ => observed,
        };
    }

    /// <summary>Whether the state is such a warning: a refused credential is an error from the first time, so no observation makes this pair.</summary>
    public static bool Is(HealthState state) => state is { Status: HealthStatus.Warning, Reason: FailureReason.Auth };

    /// <summary>The state without such a warning on it.</summary>
    /// <param name="state">As it is shown.</param>
    /// <param name="worked">Whether anything ever worked.</param>
    public static HealthState Under(HealthState state, bool worked) =>
        Is(state) ? state with { Status = worked ? HealthStatus.Healthy : HealthStatus.Unknown, Reason = null, Message = null } : state;

    private static string Words(CredentialExpiry expiry, DateTimeOffset now, int threshold) => threshold switch
    {
        0 => $"The credential expired on {expiry.Day}, as {expiry.HowKnown}, though nothing has been refused yet. Renew it.",
        1 => $"The credential expires within a day, on {expiry.Day}, as {expiry.HowKnown}. Renew it.",
        _ => $"The credential expires in {(int)(expiry.At - now).TotalDays} days, on {expiry.Day}, as {expiry.HowKnown}. Renew it.",
    };

    private static string WithExpiry(string? message, CredentialExpiry expiry)
    {
        var words = $"The credential expired on {expiry.Day}, as {expiry.HowKnown}.";
        return message is null ? words : message.Contains(words, StringComparison.Ordinal) ? message : $"{message} {words}";
    }
}
