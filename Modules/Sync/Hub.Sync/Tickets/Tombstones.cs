using Hub.SharedKernel.Data;
using Hub.Sync.Connectors;
using Hub.Sync.Contracts;
using MediatR;

namespace Hub.Sync.Tickets;

/// <summary>Tickets that a walk over everything did not meet. Rows that were written since the walk began are alive whatever the walk says.</summary>
internal sealed class Tombstones(Db db, IMediator mediator, TimeProvider time)
{
    private const int AnnouncedAtOnce = 1000;

    /// <summary>Remembers what a page of the walk met: one row however many they are.</summary>
    public Task NoteSeen(Guid runId, IReadOnlyList<string> externalIds, CancellationToken ct) =>
        externalIds.Count == 0 ? Task.CompletedTask : db.Execute(AddSeen, new { runId, externalIds }, ct);

    /// <summary>Deletes what a walk did not meet, or holds it back when that is more than a share of what is stored; inside the caller's transaction.</summary>
    public async Task<StreamEnd> Settle(Walk walk, IReadOnlyList<long> scopePath, double guardPercent, CancellationToken ct)
    {
        var census = await db.One<Census>(CountUnseen, walk, ct);
        if (census.Unseen == 0)
            return new StreamEnd();
        if (!census.Exceeds(guardPercent))
            return new StreamEnd(await Raise(walk, scopePath, ct));
        var sample = await db.List<string>(SomeUnseen, walk, ct);
        return new StreamEnd(Quarantine: new HeldDeletions(census.Unseen, census.Stored, sample, walk.SiteKey, walk.Began));
    }

    /// <summary>Marks them as deleted and tells of it; inside the caller's transaction.</summary>
    public async Task<int> Raise(Walk walk, IReadOnlyList<long> scopePath, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var gone = await db.List<TicketState>(DeleteUnseen, new
        {
            walk.RunId, walk.IntegrationId, walk.SiteKey, walk.Began, now, at = now, deletedBy = "walk", changedBy = "sync", silent = false,
        }, ct);
        await Tell(walk.IntegrationId, scopePath, gone, ct);
        return gone.Count;
    }

    /// <summary>Marks tickets that are known to be gone as deleted at a time of the provider's clock; inside the caller's transaction.</summary>
    /// <returns>How many were alive.</returns>
    public async Task<int> Raise(TicketSource source, IReadOnlyList<string> externalIds, DateTimeOffset at, CancellationToken ct)
    {
        var gone = await db.List<TicketState>(DeleteKnown, new
        {
            source.IntegrationId, source.SiteKey, externalIds, at, now = time.GetUtcNow(), deletedBy = source.ByWalk ? "walk" : "event", source.ChangedBy,
            source.RunId, source.Silent,
        }, ct);
        if (!source.Silent)
            await Tell(source.IntegrationId, source.ScopePath, gone, ct);
        return gone.Count;
    }

    private async Task Tell(long integrationId, IReadOnlyList<long> scopePath, IReadOnlyList<TicketState> gone, CancellationToken ct)
    {
        foreach (var part in gone.Chunk(AnnouncedAtOnce))
            await mediator.Publish(new TicketsChanged(integrationId, scopePath, [.. part.Select(ticket => ticket.As(TicketChangeKind.Deleted))]), ct);
    }

    private const string AddSeen = """
        insert into sync.run_seen (run_id, ids) values (@runId, @externalIds)
        """;

    private const string CountUnseen = $"""
        select count(*) as stored, count(*) filter (where t.updated_at <= @began and {NotMet}) as unseen
        from sync.tickets t
        where t.integration_id = @integrationId and t.deleted_at is null
        """;

    private const string SomeUnseen = $"""
        select t.key from sync.tickets t where {IsUnseen} order by t.id limit 10
        """;

    private const string DeleteUnseen = $"""
        with gone as (
            update sync.tickets t set {Buried} where {IsUnseen} returning {Told}
        ), {Trail}
        select id, external_id, key, summary, status, remote_updated_at from gone order by id
        """;

    // Looked up one by one, as when a page is written.
    private const string DeleteKnown = $"""
        with gone as (
            update sync.tickets t set {Buried}
            where t.deleted_at is null and t.id in (
                select found.id
                from unnest(@externalIds::text[]) as wanted(id)
                cross join lateral (
                    select id from sync.tickets where integration_id = @integrationId and site_key = @siteKey and external_id = wanted.id limit 1
                ) found)
            returning {Told}
        ), {Trail}
        select id, external_id, key, summary, status, remote_updated_at from gone order by id
        """;

    // Not in: that is looked up in a hash whatever the planner expects. It knows nothing of what is in the arrays, and would join them row by row.
    private const string NotMet = "(t.site_key <> @siteKey or t.external_id not in (select unnest(ids) from sync.run_seen where run_id = @runId))";

    private const string IsUnseen = $"t.integration_id = @integrationId and t.deleted_at is null and t.updated_at <= @began and {NotMet}";

    private const string Buried = "deleted_at = @at, deleted_by = @deletedBy, version = version + 1, updated_at = @now";

    private const string Told = "id, external_id, key, summary, status, remote_updated_at, version, deleted_at, integration_id, scope_id, scope_path";

    private const string Trail = """
        history as (
            insert into sync.ticket_versions (ticket_id, version, change, changes, source, run_id, changed_at)
            select id, version, 'deleted', jsonb_build_object('deleted_at', jsonb_build_object('from', null, 'to', deleted_at)), @changedBy, @runId, @now
            from gone
        ), feed as (
            insert into sync.changes (scope_id, scope_path, integration_id, record_type, record_id, key, change, version, changed_at)
            select scope_id, scope_path, integration_id, 'ticket', id, key, 'deleted', version, @now from gone where not @silent order by id
        )
        """;
}

/// <summary>A walk over everything of one site, seen from its end.</summary>
/// <param name="RunId">The run whose walk it was.</param>
/// <param name="IntegrationId">Whose tickets.</param>
/// <param name="SiteKey">The site that was walked.</param>
/// <param name="Began">The hub's clock when it began.</param>
internal sealed record Walk(Guid RunId, long IntegrationId, long SiteKey, DateTimeOffset Began);

/// <summary>What the store holds against what a walk met.</summary>
internal sealed record Census(long Stored, long Unseen)
{
    /// <summary>Whether deleting what was not met would go beyond the guard.</summary>
    public bool Exceeds(double percent) => Unseen * 100.0 > Stored * percent;
}

/// <summary>A stored ticket in the few columns that a change is told with.</summary>
internal sealed record TicketState(long Id, string ExternalId, string Key, string Summary, string? Status, DateTimeOffset RemoteUpdatedAt)
{
    public TicketChange As(TicketChangeKind kind) => new(Id, ExternalId, Key, kind, Summary, Status, RemoteUpdatedAt);
}
