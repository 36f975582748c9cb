using MediatR;

namespace Hub.Sync.Contracts;

/// <summary>
/// The data of a stream became too old, or runs succeed and read nothing where records are usual; or that is over. Published on the transition only, inside
/// its transaction.
/// </summary>
/// <param name="IntegrationId">Whose data.</param>
/// <param name="IntegrationType">Its type.</param>
/// <param name="ScopePath">Where it belongs, root first.</param>
/// <param name="Stream">Which data.</param>
/// <param name="AlarmBefore">stale, empty_success or null.</param>
/// <param name="Alarm">The same, now.</param>
/// <param name="Since">Since when there is an alarm.</param>
/// <param name="FreshAsOf">What was so at the third party then is here now; null when it was never read.</param>
/// <param name="TargetMinutes">How old it may be; null when nothing is expected.</param>
/// <param name="Paused">The integration is disabled: the alarm is over because nothing is expected any more.</param>
/// <param name="LastRead">Records that the last run read.</param>
/// <param name="UsualRead">The median of what such runs read.</param>
public sealed record StreamFreshnessChanged(
    long IntegrationId, string IntegrationType, IReadOnlyList<long> ScopePath, string Stream, string? AlarmBefore, string? Alarm, DateTimeOffset? Since,
    DateTimeOffset? FreshAsOf, int? TargetMinutes, bool Paused, long? LastRead, long? UsualRead) : INotification;

/// <summary>The streams of one integration that have an alarm, as far as the caller's scope sees them.</summary>
public sealed record AskFreshnessAlarms(long IntegrationId, long CallerScopeId) : IRequest<IReadOnlyList<FreshnessAlarm>>;

/// <param name="Stream">Which data.</param>
/// <param name="Alarm">stale or empty_success.</param>
/// <param name="Since">Since when.</param>
/// <param name="FreshAsOf">What was so at the third party then is here now.</param>
/// <param name="TargetMinutes">How old it may be.</param>
public sealed record FreshnessAlarm(string Stream, string Alarm, DateTimeOffset Since, DateTimeOffset? FreshAsOf, int? TargetMinutes);

/// <summary>How many streams at or below a scope have an alarm.</summary>
public sealed record CountFreshnessAlarms(long CallerScopeId) : IRequest<FreshnessAlarmCounts>;

/// <param name="Stale">Older than their target.</param>
/// <param name="EmptySuccess">Runs succeed and read nothing where records are usual.</param>
public sealed record FreshnessAlarmCounts(long Stale, long EmptySuccess);
