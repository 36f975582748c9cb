using MediatR;

namespace Hub.Sync.Contracts;

/// <summary>How synchronisation went since a time, of every integration below a scope that was synchronised, and of all together.</summary>
/// <param name="CallerScopeId">On whose behalf; 1 sees all.</param>
/// <param name="Since">Runs that ended from then on count.</param>
public sealed record AskSyncFigures(long CallerScopeId, DateTimeOffset Since) : IRequest<IReadOnlyList<SyncFigures>>;

/// <summary>Runs of one integration, or of all.</summary>
/// <param name="IntegrationId">Null for all together; that one is always there.</param>
/// <param name="Completed">Runs that reached their end.</param>
/// <param name="Failed">Runs that failed.</param>
/// <param name="DurationP50">Median duration of completed runs in milliseconds, waits included; null without any.</param>
/// <param name="DurationP95">The same, 95th percentile.</param>
/// <param name="RecordsRead">Records that were read from the third party.</param>
/// <param name="RecordsChanged">Records that were created, updated or deleted here.</param>
/// <param name="FreshAsOf">
/// What was so at the third party then is here now: the start of the last completed run over everything or over what changed. Of all together the oldest.
/// Null when there was none since <see cref="AskSyncFigures.Since"/> nor within seven days.
/// </param>
public sealed record SyncFigures(
    long? IntegrationId, long Completed, long Failed, double? DurationP50, double? DurationP95, long RecordsRead, long RecordsChanged, DateTimeOffset? FreshAsOf);
