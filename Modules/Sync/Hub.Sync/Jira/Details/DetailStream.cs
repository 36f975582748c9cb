using System.Text.Json;
using Hub.Sync.Connectors;
using Hub.Sync.Details;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Jira.Details;

/// <summary>One kind of details of the tickets that changed since they were last read; of all tickets once the stream is switched on.</summary>
internal sealed class DetailStream(StreamContext context, DetailKind kind, JiraSite site, IServiceScopeFactory scopes, TimeProvider time) : IStream
{
    public async Task<JsonElement> Begin(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var isOpen = await scope.ServiceProvider.GetRequiredService<DetailDues>().IsOpen(context.Run.IntegrationId, kind.Stream, ct);
        return StreamState.Write(new DetailWalk(await site.IsCloud(ct), context.Connection.SiteKey(), isOpen ? DetailPhase.Read : DetailPhase.Open));
    }

    public async Task<StreamPage> Fetch(JsonElement state, CancellationToken ct)
    {
        var walk = StreamState.Read<DetailWalk>(state);
        if (walk.Phase is not DetailPhase.Read)
            return Page(walk with { Phase = walk.Phase + 1 }, [], [], default);
        var askedAt = time.GetUtcNow();
        IReadOnlyList<DueTicket> due;
        await using (var scope = scopes.CreateAsyncScope())
            due = await scope.ServiceProvider.GetRequiredService<DetailDues>()
                .Next(context.Run.IntegrationId, walk.SiteKey, kind.Stream, walk.After, IssueLookup.Most, ct);
        return due.Count == 0
            ? Page(walk, due, [], askedAt, last: true)
            : Page(walk with { After = due[^1].TicketId }, due, await new DetailReader(site, walk.Cloud, kind).Read(due, ct), askedAt);
    }

    public Task<StreamEnd> Settle(JsonElement state, IServiceProvider unit, CancellationToken ct) => Task.FromResult(new StreamEnd());

    private DetailsToStore Page(DetailWalk after, IReadOnlyList<DueTicket> due, IReadOnlyList<TicketDetails> read, DateTimeOffset askedAt, bool last = false) =>
        new(context, kind, after.Phase is DetailPhase.Turn, due, read, askedAt)
        {
            State = StreamState.Write(after),
            Last = last,
            LatencyMs = site.LatencyMs,
        };
}

/// <param name="Cloud">Cloud or Data Center.</param>
/// <param name="SiteKey">The site that is read.</param>
/// <param name="Phase">What comes next.</param>
/// <param name="After">The last ticket that was read.</param>
internal sealed record DetailWalk(bool Cloud, long SiteKey, DetailPhase Phase, long After = 0);

/// <summary>
/// A stream that was just switched on is opened by a page without records. The next page is fetched while that one is stored and would not see what it
/// writes, so another empty one comes between.
/// </summary>
internal enum DetailPhase
{
    Open,
    Turn,
    Read,
}

/// <summary>Details on their way into the store.</summary>
/// <param name="context">Whose.</param>
/// <param name="kind">Of which kind.</param>
/// <param name="opens">The page that opens the stream.</param>
/// <param name="due">The tickets that were read.</param>
/// <param name="read">What was found.</param>
/// <param name="askedAt">The hub's clock before it was asked for.</param>
internal sealed class DetailsToStore(
    StreamContext context, DetailKind kind, bool opens, IReadOnlyList<DueTicket> due, IReadOnlyList<TicketDetails> read, DateTimeOffset askedAt) : StreamPage
{
    public override async Task<PageCounts> Store(IServiceProvider unit, CancellationToken ct)
    {
        var (run, dues) = (context.Run, unit.GetRequiredService<DetailDues>());
        if (opens)
            await dues.Open(run.IntegrationId, kind.Stream, ct);
        if (due.Count == 0)
            return default;
        var source = new DetailSource(run.IntegrationId, run.ScopePath, kind.Kind, ByWalk: true, askedAt);
        var counts = await unit.GetRequiredService<DetailWriter>().Write(source, read, ct);
        await dues.Clear(kind.Stream, due, ct);
        return counts;
    }
}
