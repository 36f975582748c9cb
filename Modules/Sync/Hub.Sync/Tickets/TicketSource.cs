namespace Hub.Sync.Tickets;

/// <summary>Whose tickets are written, and what speaks for them.</summary>
/// <param name="IntegrationId">The integration.</param>
/// <param name="ScopePath">Its scope path.</param>
/// <param name="SiteKey">Names the site that the ids belong to.</param>
/// <param name="ByWalk">A walk shows what is there now; otherwise an event tells what was there when it was sent.</param>
/// <param name="SeenAt">When the walk's page was asked for, or the event came in.</param>
/// <param name="Silent">Tells nobody of the changes.</param>
/// <param name="Provider">Where they come from: jira or github.</param>
/// <param name="RunId">The run whose walk it is.</param>
/// <param name="By">What a ticket's history names as the source of the change: sync, webhook or hub. Null says it by <paramref name="ByWalk"/>.</param>
internal sealed record TicketSource(
    long IntegrationId, IReadOnlyList<long> ScopePath, long SiteKey, bool ByWalk, DateTimeOffset SeenAt, bool Silent = false, string Provider = "jira",
    Guid? RunId = null, string? By = null)
{
    public string ChangedBy => By ?? (ByWalk ? "sync" : "webhook");
}
