using Hub.SharedKernel.Data;
using Hub.SharedKernel.Hashing;
using Hub.Sync.Contracts;
using MediatR;

namespace Hub.Sync.Tickets;

/// <summary>
/// Stores a page of tickets with two statements, however many they are: the hashes of the page are read first, and only rows that differ are sent.
/// A row that did not change is not touched; an older state never replaces a newer one.
/// </summary>
internal sealed class TicketWriter(Db db, IMediator mediator, TimeProvider time)
{
    // Npgsql takes no times in UTC with nulls among them. This one is -infinity there.
    private static readonly DateTime NoTime = DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc);

    /// <summary>Writes inside the caller's transaction and tells of what really changed.</summary>
    public async Task<PageOutcome> Write(TicketSource source, IReadOnlyList<RemoteTicket> tickets, CancellationToken ct)
    {
        var ids = tickets.Select(t => t.ExternalId).ToArray();
        var stored = await db.List<StoredHash>(ReadHashes, new { source.IntegrationId, source.SiteKey, ids }, ct);
        var plan = PagePlan.Of(tickets, stored);
        var changes = new List<TicketChange>(plan.Write.Count);
        for (var write = plan.Write; write.Count > 0;)
        {
            var rows = await db.List<WrittenRow>(TicketUpsert.Sql, Parameters(source, write), ct);
            changes.AddRange(PagePlan.Settle(write, rows));
            write = PagePlan.Missed(write, rows);
        }

        if (changes.Count > 0 && !source.Silent)
            await mediator.Publish(new TicketsChanged(source.IntegrationId, source.ScopePath, changes), ct);
        return new PageOutcome(changes, tickets.Count - changes.Count);
    }

    private object Parameters(TicketSource source, IReadOnlyList<PlannedTicket> planned)
    {
        T[] Column<T>(Func<RemoteTicket, T> value) => [.. planned.Select(p => value(p.Ticket))];
        return new
        {
            source.IntegrationId,
            scopeId = source.ScopePath[^1],
            source.ScopePath,
            source.SiteKey,
            source.Provider,
            source.ByWalk,
            source.SeenAt,
            source.Silent,
            source.ChangedBy,
            source.RunId,
            now = time.GetUtcNow(),
            hashVersion = TicketHash.Version,
            externalIds = Column(t => t.ExternalId),
            keys = Column(t => t.Key),
            projectKeys = Column(t => t.ProjectKey),
            issueTypes = Column(t => t.IssueType),
            summaries = Column(t => t.Summary),
            descriptions = Column(t => t.Description),
            descriptionHtmls = Column(t => t.DescriptionHtml),
            statuses = Column(t => t.Status),
            statusCategories = Column(t => t.StatusCategory),
            priorities = Column(t => t.Priority),
            resolutions = Column(t => t.Resolution),
            assigneeIds = Column(t => t.AssigneeId),
            assignees = Column(t => t.Assignee),
            assigneeEmails = Column(t => t.AssigneeEmail),
            reporterIds = Column(t => t.ReporterId),
            reporters = Column(t => t.Reporter),
            // Arrays of arrays must be rectangular in PostgreSQL; labels are of any number.
            labels = Column(t => string.Join(RemoteTicket.LabelSeparator, t.Labels)),
            dueDates = Column(t => t.DueDate),
            urls = Column(t => t.Url),
            parentKeys = Column(t => t.ParentKey),
            fields = Column(t => CanonicalJson.Text(t.Fields)),
            mappingHashes = Column(t => t.MappingHash),
            remoteCreatedAts = Column(t => t.RemoteCreatedAt?.UtcDateTime ?? NoTime),
            remoteUpdatedAts = Column(t => t.RemoteUpdatedAt.UtcDateTime),
            raws = Column(t => RawRecord.Write(t.Source)),
            hashes = planned.Select(p => p.Hash).ToArray(),
        };
    }

    // Looked up one by one: with "= any" the planner takes a scan over the whole integration as long as the table has no statistics.
    private const string ReadHashes = """
        select t.external_id, t.content_hash, t.hash_version, t.remote_updated_at, t.deleted_at is not null as deleted
        from unnest(@ids::text[]) as wanted(id)
        cross join lateral (
            select external_id, content_hash, hash_version, remote_updated_at, deleted_at
            from sync.tickets
            where integration_id = @integrationId and site_key = @siteKey and external_id = wanted.id
            limit 1
        ) t
        """;
}
