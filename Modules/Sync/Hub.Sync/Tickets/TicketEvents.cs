using Hub.SharedKernel.Data;
using Hub.Sync.Contracts;
using MediatR;

namespace Hub.Sync.Tickets;

/// <summary>Single tickets as events touch them; every method runs inside the transaction of the event.</summary>
internal sealed class TicketEvents(Db db, IMediator mediator, TicketWriter writer, TimeProvider time)
{
    /// <summary>The stored ticket, held until the transaction ends, so that nothing newer comes in between.</summary>
    public Task<StoredTicket?> Hold(TicketSource source, string externalId, CancellationToken ct) =>
        db.First<StoredTicket>(Lock, new { source.IntegrationId, source.SiteKey, externalId }, ct);

    /// <returns>What changed; null when the stored state is the newer one.</returns>
    public async Task<TicketChange?> Store(TicketSource source, RemoteTicket ticket, CancellationToken ct) =>
        (await writer.Write(source, [ticket], ct)).Changes.SingleOrDefault();

    /// <summary>Marks a ticket as deleted at a time of the provider's clock.</summary>
    public async Task Bury(TicketSource source, string externalId, DateTimeOffset at, CancellationToken ct)
    {
        var gone = await db.First<TicketState>(Delete, new { source.IntegrationId, source.SiteKey, externalId, at, now = time.GetUtcNow() }, ct);
        if (gone is not null && !source.Silent)
            await mediator.Publish(new TicketsChanged(source.IntegrationId, source.ScopePath, [gone.As(TicketChangeKind.Deleted)]), ct);
    }

    private const string Lock = """
        select id, external_id, key, project_key, issue_type, summary, description, status, status_category, priority, assignee_id, assignee,
            assignee_email, reporter_id, reporter, labels, due_date, url, remote_created_at, remote_updated_at, deleted_at
        from sync.tickets
        where integration_id = @integrationId and site_key = @siteKey and external_id = @externalId
        for update
        """;

    private const string Delete = """
        update sync.tickets
        set deleted_at = @at, deleted_by = 'event', version = version + 1, updated_at = @now
        where integration_id = @integrationId and site_key = @siteKey and external_id = @externalId and deleted_at is null
        returning id, external_id, key, summary, status, remote_updated_at
        """;
}
