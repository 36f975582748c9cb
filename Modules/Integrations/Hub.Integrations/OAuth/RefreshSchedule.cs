namespace Hub.Integrations.OAuth;

/// <summary>When a grant is refreshed. Pure: what is random comes in as a number from 0 to 1.</summary>
internal static class RefreshSchedule
{
    /// <summary>A grant that nobody uses is refreshed this often all the same: providers drop refresh tokens that lie idle for weeks.</summary>
    public static readonly TimeSpan IdleInterval = TimeSpan.FromDays(1);

    private static readonly TimeSpan LongestSkew = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestLead = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestWish = TimeSpan.FromHours(1);

    /// <summary>Whether a call may still set out with the token: not in its last minute, or in the last fifth of a short life.</summary>
    public static bool IsFresh(Grant grant, DateTimeOffset now) =>
        grant.ExpiresAt is not { } end || now < end - Shorter(LongestSkew, (end - grant.ObtainedAt) / 5);

    /// <summary>Before the end of a token in use, with time for a few tries; daily when it is idle or does not end.</summary>
    public static DateTimeOffset Next(DateTimeOffset obtained, DateTimeOffset? expires, bool used, double random)
    {
        var idle = obtained + (IdleInterval * (1 - (0.1 * random)));
        if (!used || expires is not { } end)
            return idle;
        var before = end - (Shorter(LongestLead, (end - obtained) / 4) * (1 + (0.5 * random)));
        return before < idle ? before : idle;
    }

    /// <summary>Doubles from 5 s to 5 min, each shortened by up to a half so that many do not come back together; the provider's own wish goes first.</summary>
    /// <param name="failures">In a row, this one included.</param>
    /// <param name="wish">Its Retry-After; at most an hour is granted.</param>
    /// <param name="random">0 to 1.</param>
    public static TimeSpan Pause(int failures, TimeSpan? wish, double random)
    {
        var doubled = FirstPause * Math.Pow(2, Math.Min(Math.Max(failures, 1), 10) - 1);
        var pause = Shorter(LongestPause, doubled) * (1 - (0.5 * random));
        return wish is { } wished && wished > pause ? Shorter(LongestWish, wished) : pause;
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
