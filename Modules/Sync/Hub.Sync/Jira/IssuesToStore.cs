using Hub.Sync.Connectors;
using Hub.Sync.Details;
using Hub.Sync.Jira.Details;
using Hub.Sync.Runs;
using Hub.Sync.Tickets;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Jira;

/// <summary>A page of issues on its way into the store.</summary>
/// <param name="context">Whose issues.</param>
/// <param name="after">The walk once the page is stored.</param>
/// <param name="page">The answer that the tickets are part of.</param>
/// <param name="read">The tickets.</param>
/// <param name="askedAt">The hub's clock before the page was asked for.</param>
internal sealed class IssuesToStore(StreamContext context, IssueWalk after, IssuePage page, ReadIssues read, DateTimeOffset askedAt) : StreamPage
{
    public override async Task<PageCounts> Store(IServiceProvider unit, CancellationToken ct)
    {
        var run = context.Run;
        var counts = await Write(context, after.SiteKey, read, askedAt, unit, ct);
        if (after.FindsDeleted)
            await unit.GetRequiredService<Tombstones>().NoteSeen(run.Id, [.. read.Tickets.Select(ticket => ticket.ExternalId)], ct);
        if (after is { InOrderOfChange: true, Ordered: true, Newest: { } newest })
            await unit.GetRequiredService<Watermarks>().Advance(run, after.QueryHash, newest, ct);
        return counts;
    }

    /// <summary>Stores tickets, and remembers that the details of those that changed are to be read.</summary>
    public static async Task<PageCounts> Write(
        StreamContext context, long siteKey, ReadIssues read, DateTimeOffset askedAt, IServiceProvider unit, CancellationToken ct)
    {
        var run = context.Run;
        var source = new TicketSource(run.IntegrationId, run.ScopePath, siteKey, ByWalk: true, askedAt, RunId: run.Id);
        var outcome = await unit.GetRequiredService<TicketWriter>().Write(source, read.Tickets, ct);
        await unit.GetRequiredService<DetailDues>().Mark(
            run.IntegrationId, [.. outcome.Changes.Select(change => change.TicketId)], DetailKind.StreamsOf(context.Connection), ct);
        return new PageCounts(outcome.Created, outcome.Updated, outcome.Unchanged, Failed: read.Unreadable);
    }

    public override void Dispose()
    {
        page.Dispose();
        base.Dispose();
    }
}
