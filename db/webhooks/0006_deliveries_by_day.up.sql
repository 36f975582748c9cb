-- What waits is one small table; what is over goes by the day, with its message.
alter table webhooks.messages rename to messages_before;
alter table webhooks.deliveries rename to deliveries_before;
alter index webhooks.messages_pkey rename to messages_before_pkey;
alter index webhooks.deliveries_pkey rename to deliveries_before_pkey;
alter table webhooks.deliveries_before rename constraint deliveries_status_check to deliveries_before_status_check;
drop index webhooks.deliveries_scope_path, webhooks.deliveries_of_endpoint, webhooks.deliveries_of_message, webhooks.deliveries_queue, webhooks.deliveries_in_order;

create table webhooks.messages (
    id uuid not null,
    -- Of the event; or of the day to which it was moved, since an endpoint still waits for it.
    day date not null,
    scope_path bigint[] not null,
    event_type text not null,
    payload text not null,
    created_at timestamptz not null,
    primary key (id, day)
) partition by range (day);
create table webhooks.messages_default partition of webhooks.messages default;

create sequence webhooks.deliveries_numbers;
create table webhooks.deliveries (
    id uuid not null,
    -- Whether nothing more happens to it.
    is_over boolean not null default false,
    -- Its message's.
    day date not null,
    seq bigint not null default nextval('webhooks.deliveries_numbers'),
    endpoint_id bigint not null,
    message_id uuid not null,
    event_type text not null,
    order_key text,
    status text not null default 'pending' check (status in ('pending', 'delivering', 'delivered', 'failed')),
    attempt int not null default 0,
    -- While it is being delivered: when its lease ends.
    next_attempt_at timestamptz not null,
    lease_token uuid,
    status_code int,
    latency_ms double precision,
    last_error text,
    -- The newest 50: number, started_at, duration_ms, status_code, error, response_head.
    attempts jsonb not null default '[]',
    created_at timestamptz not null,
    completed_at timestamptz,
    check (is_over = (status in ('delivered', 'failed'))),
    primary key (id, is_over, day)
) partition by list (is_over);
alter sequence webhooks.deliveries_numbers owned by webhooks.deliveries.seq;
create index deliveries_of_endpoint on webhooks.deliveries (endpoint_id, seq);
create index deliveries_seq on webhooks.deliveries (seq);
create table webhooks.deliveries_open partition of webhooks.deliveries for values in (false);
create index deliveries_queue on webhooks.deliveries_open (endpoint_id, next_attempt_at, seq);
create index deliveries_in_order on webhooks.deliveries_open (endpoint_id, order_key, seq) where order_key is not null;
create index deliveries_open_day on webhooks.deliveries_open (day);
create table webhooks.deliveries_over partition of webhooks.deliveries for values in (true) partition by range (day);
create table webhooks.deliveries_over_default partition of webhooks.deliveries_over default;

insert into webhooks.messages (id, day, scope_path, event_type, payload, created_at)
select id, (created_at at time zone 'UTC')::date, scope_path, event_type, payload, created_at from webhooks.messages_before;
insert into webhooks.deliveries (
    id, is_over, day, seq, endpoint_id, message_id, event_type, order_key, status, attempt, next_attempt_at, lease_token, status_code, latency_ms, last_error,
    attempts, created_at, completed_at)
select d.id, d.status in ('delivered', 'failed'), (m.created_at at time zone 'UTC')::date, d.seq, d.endpoint_id, d.message_id, d.event_type, d.order_key, d.status,
    d.attempt, d.next_attempt_at, d.lease_token, d.status_code, d.latency_ms, d.last_error,
    coalesce((
        select jsonb_agg(jsonb_build_object(
            'number', a.attempt, 'started_at', a.started_at, 'duration_ms', a.duration_ms, 'status_code', a.status_code, 'error', a.error,
            'response_head', a.response_head) order by a.id)
        from (select * from webhooks.delivery_attempts t where t.delivery_id = d.id order by t.id desc limit 50) a), '[]'),
    d.created_at, d.completed_at
from webhooks.deliveries_before d join webhooks.messages_before m on m.id = d.message_id;
select setval('webhooks.deliveries_numbers', coalesce(max(seq), 0) + 1, false) from webhooks.deliveries;
drop table webhooks.delivery_attempts;
drop table webhooks.deliveries_before;
drop table webhooks.messages_before;
