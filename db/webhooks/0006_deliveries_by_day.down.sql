alter table webhooks.messages rename to messages_by_day;
alter table webhooks.deliveries rename to deliveries_by_day;
alter index webhooks.messages_pkey rename to messages_by_day_pkey;
alter index webhooks.deliveries_pkey rename to deliveries_by_day_pkey;
alter table webhooks.deliveries_by_day rename constraint deliveries_status_check to deliveries_by_day_status_check;
drop index webhooks.deliveries_of_endpoint, webhooks.deliveries_seq, webhooks.deliveries_queue, webhooks.deliveries_in_order;

create table webhooks.messages (
    id uuid primary key,
    scope_path bigint[] not null,
    event_type text not null,
    payload text not null,
    created_at timestamptz not null
);
create index messages_created_at on webhooks.messages (created_at);

create table webhooks.deliveries (
    id uuid primary key,
    seq bigint generated always as identity unique,
    endpoint_id bigint not null references webhooks.endpoints (id) on delete cascade,
    message_id uuid not null references webhooks.messages (id) on delete cascade,
    scope_path bigint[] not null,
    event_type text not null,
    order_key text,
    status text not null default 'pending' check (status in ('pending', 'delivering', 'delivered', 'failed')),
    attempt int not null default 0,
    next_attempt_at timestamptz not null,
    lease_token uuid,
    status_code int,
    latency_ms double precision,
    last_error text,
    created_at timestamptz not null,
    completed_at timestamptz
);
create index deliveries_scope_path on webhooks.deliveries using gin (scope_path);
create index deliveries_of_endpoint on webhooks.deliveries (endpoint_id, seq);
create index deliveries_of_message on webhooks.deliveries (message_id);
create index deliveries_queue on webhooks.deliveries (endpoint_id, next_attempt_at, seq) where status in ('pending', 'delivering');
create index deliveries_in_order on webhooks.deliveries (endpoint_id, order_key, seq) where status in ('pending', 'delivering') and order_key is not null;

create table webhooks.delivery_attempts (
    id bigint generated always as identity primary key,
    delivery_id uuid not null references webhooks.deliveries (id) on delete cascade,
    attempt int not null,
    started_at timestamptz not null,
    duration_ms double precision not null,
    status_code int,
    error text,
    response_head text
);
create index delivery_attempts_delivery on webhooks.delivery_attempts (delivery_id, id);

insert into webhooks.messages (id, scope_path, event_type, payload, created_at)
select distinct on (id) id, scope_path, event_type, payload, created_at from webhooks.messages_by_day order by id, day desc;
insert into webhooks.deliveries (
    id, seq, endpoint_id, message_id, scope_path, event_type, order_key, status, attempt, next_attempt_at, lease_token, status_code, latency_ms, last_error,
    created_at, completed_at)
overriding system value
select d.id, d.seq, d.endpoint_id, d.message_id, p.scope_path, d.event_type, d.order_key, d.status, d.attempt, d.next_attempt_at, d.lease_token, d.status_code,
    d.latency_ms, d.last_error, d.created_at, d.completed_at
from webhooks.deliveries_by_day d join webhooks.endpoints p on p.id = d.endpoint_id join webhooks.messages m on m.id = d.message_id;
insert into webhooks.delivery_attempts (delivery_id, attempt, started_at, duration_ms, status_code, error, response_head)
select d.id, a.number, a.started_at, a.duration_ms, a.status_code, a.error, a.response_head
from webhooks.deliveries e join webhooks.deliveries_by_day d on d.id = e.id
    cross join lateral rows from (jsonb_to_recordset(d.attempts) as (
        number int, started_at timestamptz, duration_ms double precision, status_code int, error text, response_head text)) with ordinality as a
order by d.seq, a.ordinality;
select setval('webhooks.deliveries_seq_seq', coalesce(max(seq), 0) + 1, false) from webhooks.deliveries;
drop table webhooks.deliveries_by_day;
drop table webhooks.messages_by_day;
