-- The inbox by the day of receipt. What must be unique over all days is told by a narrow table of its own; a row's attempts are part of the row.
alter table webhooks.inbox_events rename to inbox_events_before;
alter index webhooks.inbox_events_pkey rename to inbox_events_before_pkey;
alter index webhooks.inbox_events_scope_path rename to inbox_events_before_scope_path;
alter index webhooks.inbox_events_due rename to inbox_events_before_due;
alter index webhooks.inbox_events_open_by_entity rename to inbox_events_before_open_by_entity;
alter index webhooks.inbox_events_received_at rename to inbox_events_before_received_at;
alter table webhooks.inbox_events_before rename constraint inbox_events_status_check to inbox_events_before_status_check;

create sequence webhooks.inbox_events_numbers;
create table webhooks.inbox_events (
    id uuid not null,
    -- Of its receipt; or of the day to which it was moved, since it was worth keeping.
    day date not null,
    seq bigint not null default nextval('webhooks.inbox_events_numbers'),
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
    attempts jsonb not null default '[]',
    trace_parent text,
    primary key (id, day)
) partition by range (day);
alter sequence webhooks.inbox_events_numbers owned by webhooks.inbox_events.seq;
-- Deflated by the hub already: compressing again only costs time.
alter table webhooks.inbox_events alter column payload set storage external;
create index inbox_events_seq on webhooks.inbox_events (seq);
create index inbox_events_scope_path on webhooks.inbox_events using gin (scope_path);
-- When each open event may be taken next: a claim reads what is due and nothing else.
create index inbox_events_due on webhooks.inbox_events ((case when status = 'processing' then lease_until else next_attempt_at end), seq)
    where status in ('pending', 'failed', 'processing');
create index inbox_events_open_by_entity on webhooks.inbox_events (integration_id, entity_key, seq)
    where status in ('pending', 'failed', 'processing') and entity_key is not null;
create index inbox_events_dead on webhooks.inbox_events (received_at) where status = 'dead';
create index inbox_events_received_at on webhooks.inbox_events using brin (received_at) with (pages_per_range = 32);
create table webhooks.inbox_events_default partition of webhooks.inbox_events default;

-- A delivery is known by its key for some days longer than its event is kept.
create table webhooks.inbox_keys (
    integration_id bigint not null,
    delivery_id text not null,
    event_id uuid not null,
    day date not null,
    primary key (integration_id, delivery_id)
);
create index inbox_keys_day on webhooks.inbox_keys using brin (day) with (pages_per_range = 32);

select webhooks.add_day('inbox_events', 'day', d.day)
from (select distinct (received_at at time zone 'UTC')::date as day from webhooks.inbox_events_before order by 1) d;

insert into webhooks.inbox_events (
    id, day, seq, integration_id, integration_type, scope_path, event_type, delivery_id, entity_key, payload, payload_size, headers, received_at, status,
    attempt, next_attempt_at, lease_until, lease_token, processed_at, duration_ms, last_error, effects, attempts, trace_parent)
select e.id, (e.received_at at time zone 'UTC')::date, e.seq, e.integration_id, e.integration_type, e.scope_path, e.event_type, e.delivery_id, e.entity_key,
    e.payload, e.payload_size, e.headers, e.received_at, e.status, e.attempt, e.next_attempt_at, e.lease_until, e.lease_token, e.processed_at, e.duration_ms,
    e.last_error, e.effects,
    coalesce((
        select jsonb_agg(jsonb_build_object('attempt', a.attempt, 'started_at', a.started_at, 'duration_ms', a.duration_ms, 'error', a.error) order by a.id)
        from (select * from webhooks.inbox_attempts t where t.event_id = e.id order by t.id desc limit 50) a), '[]'),
    e.trace_parent
from webhooks.inbox_events_before e
order by e.seq;
insert into webhooks.inbox_keys (integration_id, delivery_id, event_id, day)
select integration_id, delivery_id, id, day from webhooks.inbox_events order by seq;
select setval('webhooks.inbox_events_numbers', coalesce(max(seq), 0) + 1, false) from webhooks.inbox_events;
drop table webhooks.inbox_attempts;
drop table webhooks.inbox_events_before;
