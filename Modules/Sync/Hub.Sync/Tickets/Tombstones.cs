using Hub.SharedKernel.Data;
using Hub.Sync.Contracts;
using MediatR;

namespace Hub.Sync.Tickets;

/// <summary>Tickets that a walk over everything did not meet. Rows that were written since the walk began are alive whatever the walk says.</summary>
internal sealed class Tombstones(Db db, IMediator mediator, TimeProvider time)
{
    private const int AnnouncedAtOnce = 1000;

    /// <summary>How many live tickets are stored, and how many of them the walk did not meet.</summary>
    public Task<Census> Count(Walk walk, CancellationToken ct) => db.One<Census>(CountUnseen, walk, ct);

    /// <summary>Keys of some of them.</summary>
    public Task<IReadOnlyList<string>> Sample(Walk walk, CancellationToken ct) => db.List<string>(SomeUnseen, walk, ct);

    /// <summary>Marks them as deleted and tells of it; inside the caller's transaction.</summary>
    public async Task<int> Raise(Walk walk, IReadOnlyList<long> scopePath, CancellationToken ct)
    {
        var gone = await db.List<TicketState>(DeleteUnseen, new { walk.RunId, walk.IntegrationId, walk.SiteKey, walk.Began, now = time.GetUtcNow() }, ct);
        foreach (var part in gone.Chunk(AnnouncedAtOnce))
            await mediator.Publish(new TicketsChanged(walk.IntegrationId, scopePath, [.. part.Select(ticket => ticket.As(TicketChangeKind.Deleted))]), ct);
        return gone.Count;
    }

    private const string CountUnseen = """
        select count(*) as stored, count(*) filter (where t.updated_at <= @began and s.external_id is null) as unseen
        from sync.tickets t
        left join sync.run_seen s on s.run_id = @runId and s.external_id = t.external_id and t.site_key = @siteKey
        where t.integration_id = @integrationId and t.deleted_at is null
        """;

    private const string SomeUnseen = """
        select t.key
        from sync.tickets t
        where t.integration_id = @integrationId and t.deleted_at is null and t.updated_at <= @began
          and not exists (select from sync.run_seen s where s.run_id = @runId and s.external_id = t.external_id and t.site_key = @siteKey)
        order by t.id
        limit 10
        """;

    private const string DeleteUnseen = """
        update sync.tickets t
        set deleted_at = @now, deleted_by = 'walk', version = version + 1, updated_at = @now
        where t.integration_id = @integrationId and t.deleted_at is null and t.updated_at <= @began
          and not exists (select from sync.run_seen s where s.run_id = @runId and s.external_id = t.external_id and t.site_key = @siteKey)
        returning id, external_id, key, summary, status, remote_updated_at
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
