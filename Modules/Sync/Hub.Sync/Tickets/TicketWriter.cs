using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;
using Hub.SharedKernel.Data;
using Hub.Sync.Contracts;
using MediatR;

namespace Hub.Sync.Tickets;

/// <summary>Whose tickets are written, and what speaks for them.</summary>
/// <param name="IntegrationId">The integration.</param>
/// <param name="ScopePath">Its scope path.</param>
/// <param name="SiteKey">Names the site that the ids belong to.</param>
/// <param name="ByWalk">A walk shows what is there now; otherwise an event tells what was there when it was sent.</param>
/// <param name="SeenAt">When the walk's page was asked for, or the event came in.</param>
/// <param name="Silent">Tells nobody of the changes.</param>
internal sealed record TicketSource(
    long IntegrationId, IReadOnlyList<long> ScopePath, long SiteKey, bool ByWalk, DateTimeOffset SeenAt, bool Silent = false);

/// <summary>
/// Stores a page of tickets with two statements, however many they are: the hashes of the page are read first, and only rows that differ are sent.
/// A row that did not change is not touched; an older state never replaces a newer one.
/// </summary>
internal sealed class TicketWriter(Db db, IMediator mediator, TimeProvider time)
{
    /// <summary>Writes inside the caller's transaction and tells of what really changed.</summary>
    public async Task<PageOutcome> Write(TicketSource source, IReadOnlyList<RemoteTicket> tickets, CancellationToken ct)
    {
        var ids = tickets.Select(t => t.ExternalId).ToArray();
        var stored = await db.List<StoredHash>(ReadHashes, new { source.IntegrationId, source.SiteKey, ids }, ct);
        var plan = PagePlan.Of(tickets, stored);
        if (plan.Write.Count == 0)
            return new PageOutcome([], plan.Unchanged);
        var written = await db.List<WrittenRow>(Upsert, Parameters(source, plan.Write), ct);
        var changes = plan.Settle(written);
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
            source.ByWalk,
            source.SeenAt,
            now = time.GetUtcNow(),
            hashVersion = TicketHash.Version,
            externalIds = Column(t => t.ExternalId),
            keys = Column(t => t.Key),
            projectKeys = Column(t => t.ProjectKey),
            issueTypes = Column(t => t.IssueType),
            summaries = Column(t => t.Summary),
            descriptions = Column(t => t.Description),
            statuses = Column(t => t.Status),
            statusCategories = Column(t => t.StatusCategory),
            priorities = Column(t => t.Priority),
            assigneeIds = Column(t => t.AssigneeId),
            assignees = Column(t => t.Assignee),
            assigneeEmails = Column(t => t.AssigneeEmail),
            reporterIds = Column(t => t.ReporterId),
            reporters = Column(t => t.Reporter),
            // Arrays of arrays must be rectangular in PostgreSQL; labels are of any number.
            labels = Column(t => string.Join(RemoteTicket.LabelSeparator, t.Labels)),
            dueDates = Column(t => t.DueDate),
            urls = Column(t => t.Url),
            remoteCreatedAts = Column(t => t.RemoteCreatedAt?.UtcDateTime),
            remoteUpdatedAts = Column(t => t.RemoteUpdatedAt.UtcDateTime),
            raws = Column(t => Deflate(t.Source)),
            hashes = planned.Select(p => p.Hash).ToArray(),
        };
    }

    // Bytes, not jsonb: nothing asks into it, PostgreSQL need not parse it, and any character may be in it.
    private static byte[] Deflate(JsonElement record)
    {
        using var buffer = new MemoryStream();
        using (var deflate = new DeflateStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
            deflate.Write(JsonMarshal.GetRawUtf8Value(record));
        return buffer.ToArray();
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

    // A tombstone is lifted when a walk meets the ticket again, or when the ticket changed after it. Jira's search may still show for minutes what
    // was just deleted: a tombstone raised by an event outlives that.
    private const string Upsert = """
        insert into sync.tickets as t (
            integration_id, scope_id, scope_path, site_key, external_id, key, project_key, issue_type, summary, description, status,
            status_category, priority, assignee_id, assignee, assignee_email, reporter_id, reporter, labels, due_date, url, remote_created_at, remote_updated_at,
            raw, content_hash, hash_version, created_at, updated_at)
        select @integrationId, @scopeId, @scopePath, @siteKey, p.external_id, p.key, p.project_key, p.issue_type, p.summary, p.description, p.status,
            p.status_category, p.priority, p.assignee_id, p.assignee, p.assignee_email, p.reporter_id, p.reporter,
            string_to_array(p.labels, chr(31)), p.due_date, p.url, p.remote_created_at, p.remote_updated_at,
            p.raw, p.content_hash, @hashVersion, @now, @now
        from unnest(
            @externalIds::text[], @keys::text[], @projectKeys::text[], @issueTypes::text[], @summaries::text[], @descriptions::text[],
            @statuses::text[], @statusCategories::text[], @priorities::text[], @assigneeIds::text[], @assignees::text[], @assigneeEmails::text[],
            @reporterIds::text[], @reporters::text[], @labels::text[], @dueDates::date[], @urls::text[],
            @remoteCreatedAts::timestamptz[], @remoteUpdatedAts::timestamptz[], @raws::bytea[], @hashes::bytea[])
            as p(external_id, key, project_key, issue_type, summary, description, status, status_category, priority, assignee_id, assignee,
                assignee_email, reporter_id, reporter, labels, due_date, url, remote_created_at, remote_updated_at, raw, content_hash)
        on conflict (integration_id, site_key, external_id) do update set
            key = excluded.key, project_key = excluded.project_key, issue_type = excluded.issue_type, summary = excluded.summary,
            description = excluded.description, status = excluded.status, status_category = excluded.status_category, priority = excluded.priority,
            assignee_id = excluded.assignee_id, assignee = excluded.assignee, assignee_email = excluded.assignee_email,
            reporter_id = excluded.reporter_id, reporter = excluded.reporter, labels = excluded.labels, due_date = excluded.due_date,
            url = excluded.url, remote_created_at = excluded.remote_created_at, remote_updated_at = excluded.remote_updated_at,
            raw = excluded.raw, content_hash = excluded.content_hash, hash_version = excluded.hash_version,
            deleted_at = null, deleted_by = null, version = t.version + 1, updated_at = excluded.updated_at
        where excluded.remote_updated_at >= t.remote_updated_at
          and case when t.deleted_at is null
              then t.content_hash <> excluded.content_hash or t.hash_version <> excluded.hash_version
              else excluded.remote_updated_at > t.deleted_at
                or @byWalk and (t.deleted_by = 'walk' or @seenAt >= t.deleted_at + interval '5 minutes')
              end
        returning t.id, t.external_id, t.xmax = 0 as inserted
        """;
}
