using System.Globalization;
using Hub.SharedKernel.Data;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Webhooks.Live;

/// <summary>
/// Reads live events up to the oldest transaction that is still open, in the order of their transactions: whatever commits later comes later, so a
/// reader that goes on from its last position never skips one.
/// </summary>
internal sealed class LiveStore(IServiceScopeFactory scopes)
{
    public const int PageSize = 500;

    /// <summary>Where "from now on" begins.</summary>
    public Task<LivePosition> Horizon(CancellationToken ct) => In(async db =>
        new LivePosition(ulong.Parse(await db.One<string>(SelectHorizon, null, ct), CultureInfo.InvariantCulture), 0));

    /// <returns>The next events, oldest first, at most a page; and whether there are more that may not be read yet, or were not yet.</returns>
    public Task<(IReadOnlyList<LiveEvent> Events, bool More)> After(LivePosition position, CancellationToken ct) => In(async db =>
    {
        var rows = await db.List<LiveEvent.Row>(SelectAfter, new { xid = position.XidText, position.Id, limit = PageSize }, ct);
        var last = rows.Count > 0 ? new LivePosition(ulong.Parse(rows[^1].Xid, CultureInfo.InvariantCulture), rows[^1].Id) : position;
        var more = await db.One<bool>(SelectMore, new { xid = last.XidText, last.Id }, ct);
        return ((IReadOnlyList<LiveEvent>)[.. rows.Select(row => row.Write())], more);
    });

    /// <summary>What one client missed: between its last event and the place from which it is fed.</summary>
    public Task<IReadOnlyList<LiveEvent>> Missed(LivePosition after, LivePosition upTo, IReadOnlyList<long> scopes, CancellationToken ct) => In(async db =>
    {
        var rows = await db.List<LiveEvent.Row>(SelectMissed, new
        {
            xid = after.XidText,
            after.Id,
            toXid = upTo.XidText,
            toId = upTo.Id,
            scopes,
            limit = PageSize,
        }, ct);
        return (IReadOnlyList<LiveEvent>)[.. rows.Select(row => row.Write())];
    });

    /// <summary>Whether something after this position was pruned already.</summary>
    public Task<bool> IsGone(LivePosition position, CancellationToken ct) => In(db =>
        db.One<bool>(SelectGone, new { xid = position.XidText, position.Id }, ct));

    private async Task<T> In<T>(Func<Db, Task<T>> work)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<Db>());
    }

    private const string SelectHorizon = "select pg_snapshot_xmin(pg_current_snapshot())::text";

    private const string SelectAfter = """
        select xid::text as xid, id, scope_path, type, data::text as data, created_at
        from webhooks.live_events
        where (xid, id) > (@xid::xid8, @id) and xid < pg_snapshot_xmin(pg_current_snapshot())
        order by xid, id
        limit @limit
        """;

    private const string SelectMore = "select exists (select 1 from webhooks.live_events where (xid, id) > (@xid::xid8, @id))";

    private const string SelectMissed = """
        select xid::text as xid, id, scope_path, type, data::text as data, created_at
        from webhooks.live_events
        where (xid, id) > (@xid::xid8, @id) and (xid, id) <= (@toXid::xid8, @toId) and scope_path @> @scopes
        order by xid, id
        limit @limit
        """;

    private const string SelectGone = "select exists (select 1 from webhooks.live_pruned where (xid, id) > (@xid::xid8, @id))";
}
