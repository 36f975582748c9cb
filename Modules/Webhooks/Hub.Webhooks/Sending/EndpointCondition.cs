using Hub.Webhooks.Notices;

namespace Hub.Webhooks.Sending;

/// <summary>How an endpoint is doing; see the columns of <c>webhooks.endpoints</c>.</summary>
/// <param name="State">active, paused or disabled.</param>
/// <param name="DisabledReason">Why the hub disabled it.</param>
/// <param name="Failures">How many in a row were not accepted.</param>
/// <param name="FailingSince">Since the first of them.</param>
/// <param name="LastSuccessAt">The last that was accepted.</param>
/// <param name="Breaker">closed, open or half_open.</param>
/// <param name="OpenUntil">When the next one is tried.</param>
/// <param name="TimesOpened">How often in a row it opened.</param>
/// <param name="SlowStart">How many may be sent at once after it closed.</param>
/// <param name="NotBefore">The endpoint asked to be left alone until then.</param>
/// <param name="LastFailureAt">The last that was not accepted.</param>
internal sealed record EndpointCondition(
    string State, string? DisabledReason, int Failures, DateTimeOffset? FailingSince, DateTimeOffset? LastSuccessAt, string Breaker,
    DateTimeOffset? OpenUntil, int TimesOpened, int? SlowStart, DateTimeOffset? NotBefore, DateTimeOffset? LastFailureAt)
{
    public const string Closed = "closed";
    public const string Open = "open";
    public const string HalfOpen = "half_open";

    public static readonly EndpointCondition Fresh = new("active", null, 0, null, null, Closed, null, 0, null, null, null);
}

/// <summary>
/// The breaker of an endpoint as a fold over outcomes. Closed until five in a row fail; then open, messages wait and lose no attempt; after a pause one
/// is tried: if it is accepted the others follow, one, two, four at a time; if not, the next pause is longer. Five days of trying without any success, or
/// 410, disable the endpoint; days in which there was nothing to send do not count.
/// </summary>
internal static class EndpointBreaker
{
    public const int OpensAfter = 5;
    public const int AStreak = 3;
    public const int FullSpeed = 64;
    public static readonly TimeSpan GivenUpAfter = TimeSpan.FromDays(5);

    /// <summary>Longer than any pause between two attempts: who was not tried for so long is not known to have failed in between.</summary>
    public static readonly TimeSpan StreakEndsAfter = TimeSpan.FromHours(36);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);

    public static EndpointCondition Next(EndpointCondition now, DeliveryOutcome outcome, DateTimeOffset at) => outcome.Verdict switch
    {
        DeliveryVerdict.Accepted => now with
        {
            Failures = 0,
            FailingSince = null,
            LastFailureAt = null,
            LastSuccessAt = at,
            Breaker = EndpointCondition.Closed,
            OpenUntil = null,
            TimesOpened = 0,
            SlowStart = now.Breaker is EndpointCondition.Closed ? Faster(now.SlowStart) : 1,
        },
        DeliveryVerdict.Gone => now with { State = "disabled", DisabledReason = "It answered 410 Gone." },
        DeliveryVerdict.Throttled => Throttled(now, at, outcome.RetryAfter ?? FirstPause),
        _ => Failed(now, at),
    };

    /// <summary>What its owner is told when it moves from one condition to another; null for nothing.</summary>
    public static string? News(EndpointCondition before, EndpointCondition after) =>
        before.State is not "disabled" && after.State is "disabled" ? EndpointNews.Disabled
        : before.Breaker is EndpointCondition.Closed && after.Breaker is EndpointCondition.Open ? EndpointNews.BreakerOpened
        : (before.Breaker is not EndpointCondition.Closed || before.Failures >= AStreak) && after is { Breaker: EndpointCondition.Closed, Failures: 0 }
            ? EndpointNews.Recovered
        : before.Failures < AStreak && after.Failures >= AStreak ? EndpointNews.Failing
        : null;

    // Being throttled is neither a failure nor a proof that it works.
    private static EndpointCondition Throttled(EndpointCondition now, DateTimeOffset at, TimeSpan asked)
    {
        var until = at + (asked < DeliverySchedule.MostPatience ? asked : DeliverySchedule.MostPatience);
        var probed = now.Breaker is EndpointCondition.HalfOpen;
        return NotAccepted(now, at) with
        {
            NotBefore = Later(now.NotBefore, until),
            Breaker = probed ? EndpointCondition.Open : now.Breaker,
            OpenUntil = probed ? until : now.OpenUntil,
        };
    }

    private static EndpointCondition NotAccepted(EndpointCondition now, DateTimeOffset at)
    {
        var since = now.FailingSince is { } known && now.LastFailureAt is { } last && at - last < StreakEndsAfter ? known : at;
        var after = now with { FailingSince = since, LastFailureAt = at };
        return at - since >= GivenUpAfter && now.State is "active"
            ? after with { State = "disabled", DisabledReason = "It has accepted nothing for five days." }
            : after;
    }

    private static EndpointCondition Failed(EndpointCondition now, DateTimeOffset at)
    {
        var failed = NotAccepted(now, at) with { Failures = now.Failures + 1 };
        if (failed.State is "disabled")
            return failed;
        // What was on its way when it opened says nothing new.
        if (now.Breaker is EndpointCondition.Open || (now.Breaker is EndpointCondition.Closed && failed.Failures < OpensAfter))
            return failed;
        var pause = FirstPause * Math.Pow(2, Math.Min(now.TimesOpened, 10));
        return failed with
        {
            Breaker = EndpointCondition.Open,
            OpenUntil = at + (pause < LongestPause ? pause : LongestPause),
            TimesOpened = now.TimesOpened + 1,
            SlowStart = null,
        };
    }

    private static int? Faster(int? slowStart) => slowStart is { } number && number * 2 < FullSpeed ? number * 2 : null;

    private static DateTimeOffset Later(DateTimeOffset? one, DateTimeOffset other) => one is { } known && known > other ? known : other;
}
