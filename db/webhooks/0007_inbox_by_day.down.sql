alter table webhooks.inbox_events rename to inbox_events_by_day;
alter index webhooks.inbox_events_pkey rename to inbox_events_by_day_pkey;
alter index webhooks.inbox_events_seq rename to inbox_events_by_day_seq;
alter index webhooks.inbox_events_scope_path rename to inbox_events_by_day_scope_path;
alter index webhooks.inbox_events_due rename to inbox_events_by_day_due;
alter index webhooks.inbox_events_open_by_entity rename to inbox_events_by_day_open_by_entity;
alter index webhooks.inbox_events_received_at rename to inbox_events_by_day_received_at;
alter table webhooks.inbox_events_by_day rename constraint inbox_events_status_check to inbox_events_by_day_status_check;

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
alter table webhooks.inbox_events alter column payload set storage external;
insert into webhooks.inbox_events (
    id, seq, integration_id, integration_type, scope_path, event_type, delivery_id, entity_key, payload, payload_size, headers, received_at, status,
    attempt, next_attempt_at, lease_until, lease_token, processed_at, duration_ms, last_error, effects, trace_parent) overriding system value
select id, seq, integration_id, integration_type, scope_path, event_type, delivery_id, entity_key, payload, payload_size, headers, received_at, status,
    attempt, next_attempt_at, lease_until, lease_token, processed_at, duration_ms, last_error, effects, trace_parent
from webhooks.inbox_events_by_day
order by seq;
select setval('webhooks.inbox_events_seq_seq', coalesce(max(seq), 0) + 1, false) from webhooks.inbox_events;
create index inbox_events_scope_path on webhooks.inbox_events using gin (scope_path);
create index inbox_events_due on webhooks.inbox_events (seq)
    where status in ('pending', 'failed', 'processing');
create index inbox_events_open_by_entity on webhooks.inbox_events (integration_id, entity_key, seq)
    where status in ('pending', 'failed', 'processing');
create index inbox_events_received_at on webhooks.inbox_events using brin (received_at) with (pages_per_range = 32);

create table webhooks.inbox_attempts (
    id bigint generated always as identity primary key,
    event_id uuid not null references webhooks.inbox_events (id) on delete cascade,
    attempt int not null,
    started_at timestamptz not null,
    duration_ms double precision not null,
    error text
);
insert into webhooks.inbox_attempts (event_id, attempt, started_at, duration_ms, error)
select e.id, a.attempt, a.started_at, a.duration_ms, a.error
from webhooks.inbox_events_by_day e
cross join lateral rows from (jsonb_to_recordset(e.attempts) as (attempt int, started_at timestamptz, duration_ms double precision, error text))
    with ordinality as a (attempt, started_at, duration_ms, error, position)
order by e.seq, a.position;
create index inbox_attempts_event on webhooks.inbox_attempts (event_id, id);
drop table webhooks.inbox_events_by_day;
drop table webhooks.inbox_keys;
