using Hub.Sync.Connectors;
using Hub.Sync.Tickets;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Jira.Census;

/// <summary>A page of a census: ids that are there, or issues that were missing here.</summary>
/// <param name="context">Whose.</param>
/// <param name="walk">The census.</param>
/// <param name="ids">Ids that are there.</param>
/// <param name="read">Issues that were missing here.</param>
/// <param name="askedAt">The hub's clock before they were asked for.</param>
internal sealed class CensusPage(
    StreamContext context, CensusWalk walk, IReadOnlyList<string> ids, ReadIssues? read = null, DateTimeOffset askedAt = default) : StreamPage
{
    public override async Task<PageCounts> Store(IServiceProvider unit, CancellationToken ct)
    {
        await unit.GetRequiredService<Tombstones>().NoteSeen(context.Run.Id, ids, ct);
        return read is null ? default : await IssuesToStore.Write(context, walk.SiteKey, read, askedAt, unit, ct);
    }
}
