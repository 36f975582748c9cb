create table sync.runs (
    id uuid primary key,
    integration_id bigint not null,
    scope_id bigint not null,
    scope_path bigint[] not null,
    sync_type text not null check (sync_type in ('full', 'incremental', 'manual')),
    jql text,
    status text not null check (status in ('queued', 'running', 'waiting', 'completed', 'failed', 'cancelled', 'quarantined')),
    processed bigint not null default 0,
    created bigint not null default 0,
    updated bigint not null default 0,
    unchanged bigint not null default 0,
    deleted bigint not null default 0,
    failed bigint not null default 0,
    progress double precision,
    current_stream text,
    wait_until timestamptz,
    error text,
    error_reason text,
    quarantine jsonb,
    checkpoint jsonb,
    attempts int not null default 0,
    lease_until timestamptz,
    lease_token bigint not null default 0,
    requested_by text not null,
    trace_parent text,
    started_at timestamptz,
    completed_at timestamptz,
    created_at timestamptz not null,
    version bigint not null default 1
);
-- At most one live run per integration: the index decides, not a check before the insert.
create unique index runs_one_live on sync.runs (integration_id) where status in ('queued', 'running', 'waiting', 'quarantined');
create index runs_claimable on sync.runs (created_at) where status in ('queued', 'running', 'waiting');
create index runs_integration on sync.runs (integration_id, id);
create index runs_scope on sync.runs (scope_id, id);
create index runs_scope_path on sync.runs using gin (scope_path);

-- What a walk has met, so that its end can tell what is gone. Logged: after a crash an emptied table would look like mass deletion.
create table sync.run_seen (
    run_id uuid not null,
    external_id text not null,
    primary key (run_id, external_id)
);

-- How far an integration is synchronised, in the provider's own time. It holds for one query only: another restriction starts anew.
create table sync.watermarks (
    integration_id bigint primary key,
    scope_path bigint[] not null,
    query_hash bytea not null,
    updated_until timestamptz not null,
    saved_at timestamptz not null
);
create index watermarks_scope_path on sync.watermarks using gin (scope_path);

create table sync.tickets (
    id bigint generated always as identity primary key,
    integration_id bigint not null,
    scope_id bigint not null,
    scope_path bigint[] not null,
    -- Which site the external id belongs to: an integration that is pointed at another site meets the same ids again for other tickets.
    site_key bigint not null,
    external_id text not null,
    key text not null,
    project_key text not null,
    issue_type text,
    summary text not null,
    description text,
    status text,
    status_category text,
    priority text,
    assignee_id text,
    assignee text,
    assignee_email text,
    reporter_id text,
    reporter text,
    labels text[] not null,
    due_date date,
    url text,
    remote_created_at timestamptz,
    remote_updated_at timestamptz not null,
    raw bytea not null,
    content_hash bytea not null,
    hash_version int not null,
    deleted_at timestamptz,
    deleted_by text check (deleted_by in ('walk', 'event')),
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    -- Bounded, because PostgreSQL refuses a tsvector beyond 1 MB.
    search tsvector not null generated always as (
        setweight(to_tsvector('simple'::regconfig, key), 'A')
        || setweight(to_tsvector('simple'::regconfig, left(summary, 10000)), 'B')
        || to_tsvector('simple'::regconfig, left(coalesce(description, ''), 100000))) stored
);
create unique index tickets_external_id on sync.tickets (integration_id, site_key, external_id);
create index tickets_integration on sync.tickets (integration_id, id);
create index tickets_scope on sync.tickets (scope_id, id);
create index tickets_status on sync.tickets (scope_id, lower(status), id);
create index tickets_assignee on sync.tickets (scope_id, lower(assignee), id);
create index tickets_updated on sync.tickets (scope_id, remote_updated_at);
create index tickets_key on sync.tickets (upper(key) text_pattern_ops);
create index tickets_labels on sync.tickets using gin (labels);
create index tickets_search on sync.tickets using gin (search);
create index tickets_scope_path on sync.tickets using gin (scope_path);
