-- A version 7 UUID (RFC 9562) for rows whose number only the database knows.
create function webhooks.uuid_v7(at timestamptz) returns uuid language sql volatile as $$
    select encode(
        set_bit(set_bit(
            overlay(uuid_send(gen_random_uuid()) placing substring(int8send(floor(extract(epoch from at) * 1000)::bigint) from 3) from 1 for 6),
            52, 1), 53, 1),
        'hex')::uuid
$$;

create table webhooks.endpoints (
    id bigint generated always as identity primary key,
    scope_id bigint not null,
    scope_path bigint[] not null,
    url text not null,
    description text,
    -- None means all; a name that ends in .* means all below it.
    event_types text[] not null default '{}',
    filter jsonb,
    ordering text not null default 'none' check (ordering in ('none', 'entity')),
    -- Deliveries a second.
    rate_limit int check (rate_limit between 1 and 1000),
    state text not null default 'active' check (state in ('active', 'paused', 'disabled')),
    disabled_reason text,
    secret text not null,
    previous_secret text,
    previous_until timestamptz,
    failures int not null default 0,
    failing_since timestamptz,
    last_success_at timestamptz,
    breaker text not null default 'closed' check (breaker in ('closed', 'open', 'half_open')),
    open_until timestamptz,
    times_opened int not null default 0,
    -- How many may be sent at once after the breaker closed; null when it has long been closed.
    slow_start int,
    -- The endpoint asked to be left alone until then.
    not_before timestamptz,
    rate_at timestamptz,
    last_claimed_at timestamptz,
    version bigint not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index endpoints_scope on webhooks.endpoints (scope_id);
create index endpoints_scope_path on webhooks.endpoints using gin (scope_path);

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
    -- While it is being delivered: when its lease ends.
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
create index deliveries_due on webhooks.deliveries (endpoint_id, next_attempt_at) where status in ('pending', 'delivering');
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
