namespace Hub.Sync.Tickets;

/// <summary>
/// The one statement that writes a page of tickets and all that follows from it: the earlier state of what changed into its history, what happened into
/// the change feed, and whose words must be indexed anew.
/// </summary>
internal static class TicketUpsert
{
    // The stored rows are locked first: what the history calls the earlier state is what the change met. Looked up one by one and in the page's order, so
    // that two writers never wait for each other crosswise. A row that another transaction inserted meanwhile is not among them; its id is not the one
    // that was taken for it here, so it stays as it is, is reported as missed, and is met by another try.
    //
    // A tombstone is lifted when a walk meets the ticket again, or when the ticket changed after it. Jira's search may still show for minutes what
    // was just deleted: a tombstone raised by an event outlives that.
    //
    // Quiet is what differs only because it was hashed by an older rule or mapped by another field mapping: it is written, but nothing happened to it.
    public const string Sql = $"""
        with page as materialized (
            select *
            from unnest(
                @externalIds::text[], @keys::text[], @projectKeys::text[], @issueTypes::text[], @summaries::text[], @descriptions::text[],
                @descriptionHtmls::text[], @statuses::text[], @statusCategories::text[], @priorities::text[], @resolutions::text[], @assigneeIds::text[],
                @assignees::text[], @assigneeEmails::text[], @reporterIds::text[], @reporters::text[], @labels::text[], @dueDates::date[], @urls::text[],
                @parentKeys::text[], @fields::text[], @mappingHashes::bytea[], @remoteCreatedAts::timestamptz[], @remoteUpdatedAts::timestamptz[],
                @raws::bytea[], @hashes::bytea[]) with ordinality
                as p(external_id, key, project_key, issue_type, summary, description, description_html, status, status_category, priority, resolution,
                    assignee_id, assignee, assignee_email, reporter_id, reporter, label_list, due_date, url, parent_key, field_text, mapping_hash,
                    created_time, remote_updated_at, raw, content_hash, place)
            cross join lateral (
                select string_to_array(p.label_list, chr(31)) as labels, p.field_text::jsonb as fields, nullif(p.created_time, '-infinity') as remote_created_at
            ) parsed
        ), old as materialized (
            select t.*
            from page p
            cross join lateral (
                select id, external_id, version, deleted_at, deleted_by, content_hash, hash_version, {Columns}
                from sync.tickets
                where integration_id = @integrationId and site_key = @siteKey and external_id = p.external_id
                limit 1
                for no key update
            ) t
        ), coming as (
            select p.*, o.id as old_id, o.version as old_version,
                o.deleted_at is null and (o.hash_version <> @hashVersion or o.mapping_hash is distinct from p.mapping_hash)
                and (o.key, o.project_key, o.issue_type, o.summary, o.description, o.status, o.status_category, o.priority, o.assignee_id, o.assignee,
                        o.assignee_email, o.reporter_id, o.reporter, o.labels, o.due_date, o.url, o.remote_created_at, o.remote_updated_at)
                    is not distinct from
                    (p.key, p.project_key, p.issue_type, p.summary, p.description, p.status, p.status_category, p.priority, p.assignee_id, p.assignee,
                        p.assignee_email, p.reporter_id, p.reporter, p.labels, p.due_date, p.url, p.remote_created_at, p.remote_updated_at)
                and (o.hash_version < 2
                    or (o.description_html, o.resolution, o.parent_key) is not distinct from (p.description_html, p.resolution, p.parent_key))
                and (o.mapping_hash is distinct from p.mapping_hash or o.fields = p.fields) as quiet
            from page p
            left join old o on o.external_id = p.external_id
            where o.id is null
              or p.remote_updated_at >= o.remote_updated_at
                and case when o.deleted_at is null
                    then o.content_hash <> p.content_hash or o.hash_version <> @hashVersion
                    else p.remote_updated_at > o.deleted_at
                      or @byWalk and (o.deleted_by = 'walk' or @seenAt >= o.deleted_at + interval '5 minutes')
                    end
        ), written as (
            insert into sync.tickets as t (
                id, integration_id, scope_id, scope_path, site_key, provider, external_id, {Columns}, raw, content_hash, hash_version,
                version, created_source, created_at, updated_at)
            overriding system value
            select coalesce(old_id, nextval('sync.tickets_id_seq')), @integrationId, @scopeId, @scopePath, @siteKey, @provider, external_id, {Columns},
                raw, content_hash, @hashVersion, coalesce(old_version, 0) + case when quiet then 0 else 1 end, @changedBy, @now, @now
            from coming
            order by place
            on conflict (integration_id, site_key, external_id) do update set
                key = excluded.key, project_key = excluded.project_key, issue_type = excluded.issue_type, summary = excluded.summary,
                description = excluded.description, description_html = excluded.description_html, status = excluded.status,
                status_category = excluded.status_category, priority = excluded.priority, resolution = excluded.resolution,
                assignee_id = excluded.assignee_id, assignee = excluded.assignee, assignee_email = excluded.assignee_email,
                reporter_id = excluded.reporter_id, reporter = excluded.reporter, labels = excluded.labels, due_date = excluded.due_date,
                url = excluded.url, parent_key = excluded.parent_key, fields = excluded.fields, mapping_hash = excluded.mapping_hash,
                remote_created_at = excluded.remote_created_at, remote_updated_at = excluded.remote_updated_at,
                raw = excluded.raw, content_hash = excluded.content_hash, hash_version = excluded.hash_version,
                deleted_at = null, deleted_by = null, version = excluded.version,
                updated_at = case when excluded.version = t.version then t.updated_at else excluded.updated_at end
            where t.id = excluded.id
            returning t.id, t.external_id, t.key, t.version
        ), history as (
            insert into sync.ticket_versions (ticket_id, version, change, changes, source, run_id, changed_at)
            select w.id, w.version, case when o.deleted_at is null then 'updated' else 'undeleted' end, d.changes, @changedBy, @runId, @now
            from written w
            join old o on o.id = w.id
            join page p on p.external_id = w.external_id
            cross join lateral (
                select coalesce(jsonb_object_agg(field, jsonb_build_object('from', was, 'to', becomes)) filter (where was is distinct from becomes), '{Nothing}') as changes
                from (values
                    ('key', to_jsonb(o.key), to_jsonb(p.key)), ('project_key', to_jsonb(o.project_key), to_jsonb(p.project_key)),
                    ('issue_type', to_jsonb(o.issue_type), to_jsonb(p.issue_type)), ('summary', to_jsonb(o.summary), to_jsonb(p.summary)),
                    ('description', to_jsonb(o.description), to_jsonb(p.description)), ('status', to_jsonb(o.status), to_jsonb(p.status)),
                    ('status_category', to_jsonb(o.status_category), to_jsonb(p.status_category)), ('priority', to_jsonb(o.priority), to_jsonb(p.priority)),
                    ('resolution', to_jsonb(o.resolution), to_jsonb(p.resolution)), ('assignee_id', to_jsonb(o.assignee_id), to_jsonb(p.assignee_id)),
                    ('assignee', to_jsonb(o.assignee), to_jsonb(p.assignee)), ('reporter', to_jsonb(o.reporter), to_jsonb(p.reporter)),
                    ('labels', to_jsonb(o.labels), to_jsonb(p.labels)), ('due_date', to_jsonb(o.due_date), to_jsonb(p.due_date)),
                    ('url', to_jsonb(o.url), to_jsonb(p.url)), ('parent_key', to_jsonb(o.parent_key), to_jsonb(p.parent_key)),
                    ('fields', o.fields, p.fields), ('deleted_at', to_jsonb(o.deleted_at), null)) v(field, was, becomes)
            ) d
            where w.version > o.version
        ), feed as (
            insert into sync.changes (scope_id, scope_path, integration_id, record_type, record_id, key, change, version, changed_at)
            select @scopeId, @scopePath, @integrationId, 'ticket', w.id, w.key,
                case when o.id is null or o.deleted_at is not null then 'created' else 'updated' end, w.version, @now
            from written w
            left join old o on o.id = w.id
            where not @silent and (o.id is null or w.version > o.version)
            order by w.id
        ), due as (
            insert into sync.ticket_search_due (ticket_id)
            select w.id
            from written w
            join page p on p.external_id = w.external_id
            left join old o on o.id = w.id
            where o.id is null or (o.key, o.summary, o.description) is distinct from (p.key, p.summary, p.description)
        )
        select w.id, p.external_id,
            case
                when o.id is null and w.id is null then 'missed'
                when o.id is null then 'created'
                when w.id is null or w.version = o.version then 'unchanged'
                when o.deleted_at is not null then 'undeleted'
                else 'updated'
            end as outcome
        from page p
        left join old o on o.external_id = p.external_id
        left join written w on w.external_id = p.external_id
        order by p.place
        """;

    // The mapped columns, in one order wherever they stand.
    private const string Columns = """
        key, project_key, issue_type, summary, description, description_html, status, status_category, priority, resolution, assignee_id, assignee,
        assignee_email, reporter_id, reporter, labels, due_date, url, parent_key, fields, mapping_hash, remote_created_at, remote_updated_at
        """;

    private const string Nothing = "{}";
}
