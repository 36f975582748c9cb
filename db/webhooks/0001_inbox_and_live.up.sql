-- The inbox is the queue: a delivery is a row from the moment it is accepted until it is processed, and afterwards its own history.
create table webhooks.inbox_events (
    id uuid primary key,
    seq bigint generated always as identity unique,
    integration_id bigint not null,
    integration_type text not null,
    scope_path bigint[] not null,
    event_type text not null,
    delivery_id text not null,
    entity_key text,
    payload bytea not null,
    payload_size int not null,
    headers jsonb not null,
    received_at timestamptz not null,
    status text not null default 'pending'
        check (status in ('pending', 'processing', 'processed', 'failed', 'dead', 'ignored')),
    attempt int not null default 0,
    next_attempt_at timestamptz not null,
    lease_until timestamptz,
    lease_token uuid,
    processed_at timestamptz,
    duration_ms double precision,
    last_error text,
    effects text[] not null default '{}',
    trace_parent text,
    unique (integration_id, delivery_id)
);
-- Deflated by the hub already: compressing again only costs time.
alter table webhooks.inbox_events alter column payload set storage external;
create index inbox_events_scope_path on webhooks.inbox_events using gin (scope_path);
create index inbox_events_due on webhooks.inbox_events (seq)
    where status in ('pending', 'failed', 'processing');
create index inbox_events_open_by_entity on webhooks.inbox_events (integration_id, entity_key, seq)
    where status in ('pending', 'failed', 'processing');

create table webhooks.inbox_attempts (
    id bigint generated always as identity primary key,
    event_id uuid not null references webhooks.inbox_events (id) on delete cascade,
    attempt int not null,
    started_at timestamptz not null,
    duration_ms double precision not null,
    error text
);
create index inbox_attempts_event on webhooks.inbox_attempts (event_id, id);

-- Refused deliveries leave nothing but a count. integration_id is 0 where the sender could not be told.
create table webhooks.rejections (
    hour timestamptz not null,
    provider text not null,
    integration_id bigint not null,
    reason text not null,
    scope_path bigint[] not null,
    count bigint not null,
    primary key (hour, provider, integration_id, reason)
);

-- What clients of /live are told. A reader only goes up to the oldest transaction still open, so a late commit is never skipped.
create table webhooks.live_events (
    xid xid8 not null default pg_current_xact_id(),
    id bigint generated always as identity,
    scope_path bigint[] not null,
    type text not null,
    data jsonb not null,
    created_at timestamptz not null default now(),
    primary key (xid, id)
);
create index live_events_created_at on webhooks.live_events using brin (created_at);

-- The newest position that was ever pruned: whoever resumes from before it has missed something and must be told so.
create table webhooks.live_pruned (
    only_row boolean primary key default true check (only_row),
    xid xid8 not null,
    id bigint not null
);
