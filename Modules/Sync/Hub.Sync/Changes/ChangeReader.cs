using System.Globalization;
using Hub.SharedKernel.Data;
using Hub.Sync.Tickets;

namespace Hub.Sync.Changes;

/// <summary>Reads the feed up to the oldest transaction that is still open: whatever commits later has its place after that.</summary>
internal sealed class ChangeReader(Db db)
{
    // A caller who sees little of a busy feed gets a short page and more to read, never a long wait.
    private const int Window = 20_000;

    /// <summary>Where "from now on" begins.</summary>
    public async Task<ChangePosition> Horizon(CancellationToken ct) => Before(await db.One<string>(SelectHorizon, null, ct));

    /// <summary>The changes after a position, oldest first.</summary>
    /// <param name="scope">The caller's scope.</param>
    /// <param name="project">Exactly this scope's; null for all.</param>
    /// <param name="since">The position.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="ct">Cancels the read.</param>
    public async Task<Page> Read(long scope, long? project, ChangePosition since, int limit, CancellationToken ct)
    {
        var parameters = new { scope, project, xid = since.XidText, since.Id, limit, window = Window };
        var rows = await db.List<Row>(project is null ? SelectAll : SelectProject, parameters, ct);
        // The last row is no change: it says how far was looked, in the same snapshot.
        var end = rows[^1];
        var changes = rows.Take(rows.Count - 1).ToArray();
        if (changes.Length == limit)
            return new Page(changes, changes[^1].Position, true);
        return end.Id > 0 ? new Page(changes, end.Position, true) : new Page(changes, Later(since, Before(end.Xid)), false);
    }

    /// <summary>Whether something after this position was pruned already.</summary>
    public Task<bool> IsGone(ChangePosition position, CancellationToken ct) => db.One<bool>(SelectGone, new { xid = position.XidText, position.Id }, ct);

    private static ChangePosition Before(string xid) => new(ulong.Parse(xid, CultureInfo.InvariantCulture), 0);

    private static ChangePosition Later(ChangePosition one, ChangePosition other) => (one.Xid, one.Id).CompareTo((other.Xid, other.Id)) > 0 ? one : other;

    internal sealed record Page(IReadOnlyList<Row> Changes, ChangePosition Next, bool More);

    internal sealed record Row
    {
        public required string Xid { get; init; }
        public required long Id { get; init; }
        public string RecordType { get; init; } = "";
        public string RecordId { get; init; } = "";
        public string? Key { get; init; }
        public string Change { get; init; } = "";
        public long? Version { get; init; }
        public DateTimeOffset ChangedAt { get; init; }
        public long IntegrationId { get; init; }
        public long ScopeId { get; init; }

        public ChangePosition Position => Before(Xid) with { Id = Id };

        public long TicketId => long.Parse(RecordId, CultureInfo.InvariantCulture);

        public Change Show(Ticket? record) => new($"{Position}", RecordType, RecordId, Key, Change, Version, ChangedAt, IntegrationId, ScopeId, record);
    }

    private const string SelectHorizon = "select pg_snapshot_xmin(pg_current_snapshot())::text";

    private const string SelectAll = $"""
        with read as materialized (
            select {Columns}, scope_path
            from sync.changes
            where {IsNext}
            order by xid, id
            limit @window
        ), {Shown}
        """;

    private const string SelectProject = $"""
        with read as materialized (
            select {Columns}, scope_path
            from sync.changes
            where scope_id = @project and {IsNext}
            order by xid, id
            limit @window
        ), {Shown}
        """;

    private const string IsNext = "(xid, id) > (@xid::xid8, @id) and xid < pg_snapshot_xmin(pg_current_snapshot())";

    private const string Columns = "xid, id, record_type, record_id, key, change, version, changed_at, integration_id, scope_id";

    // The end: the last change that was looked at where there was a whole window, else the horizon.
    private const string Shown = $"""
        shown as (
            select {Columns} from read where scope_path @> array[@scope]::bigint[] order by xid, id limit @limit
        ), last as (
            select xid, id from read where (select count(*) from read) = @window order by xid desc, id desc limit 1
        )
        (select xid::text as xid, id, record_type, record_id, key, change, version, changed_at, integration_id, scope_id from shown order by shown.xid, id)
        union all
        (select coalesce((select xid from last), pg_snapshot_xmin(pg_current_snapshot()))::text, coalesce((select id from last), 0),
            '', '', null, '', null, now(), 0, 0)
        """;

    private const string SelectGone = "select exists (select 1 from sync.changes_pruned where (xid, id) > (@xid::xid8, @id))";
}
