alter table webhooks.endpoints
    add last_failure_at timestamptz,
    add signature text not null default 'hmac' check (signature in ('hmac', 'ed25519')),
    add public_key text,
    add contact_email text;
-- A streak that is under way goes on.
update webhooks.endpoints set last_failure_at = now() where failing_since is not null;

-- What owners are told by mail.
create table webhooks.endpoint_notices (
    id uuid primary key,
    endpoint_id bigint not null references webhooks.endpoints (id) on delete cascade,
    kind text not null check (kind in ('failing', 'breaker_opened', 'recovered', 'disabled')),
    status text not null default 'pending' check (status in ('pending', 'sent', 'outdated', 'failed')),
    -- When it happened, since when nothing is accepted, how many in a row were not, and the last error.
    happened_at timestamptz not null,
    failing_since timestamptz,
    failures int not null,
    last_error text,
    attempt int not null default 0,
    -- While it is being mailed: when its lease ends.
    next_attempt_at timestamptz not null,
    lease_token uuid,
    error text,
    created_at timestamptz not null,
    completed_at timestamptz
);
create unique index endpoint_notices_pending on webhooks.endpoint_notices (endpoint_id, kind) where status = 'pending';
create index endpoint_notices_of_endpoint on webhooks.endpoint_notices (endpoint_id, kind, completed_at);
create index endpoint_notices_due on webhooks.endpoint_notices (next_attempt_at) where status = 'pending';

-- Event types of a scope's own.
create table webhooks.event_types (
    id bigint generated always as identity primary key,
    scope_id bigint not null,
    scope_path bigint[] not null,
    name text not null,
    description text,
    -- JSON Schema of the payload; null takes any object.
    schema jsonb,
    example jsonb,
    archived boolean not null default false,
    version bigint not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (scope_id, name)
);
create index event_types_scope_path on webhooks.event_types using gin (scope_path);

-- Claims read what is due in the order in which it became due, whatever else the table holds.
create index deliveries_queue on webhooks.deliveries (endpoint_id, next_attempt_at, seq) where status in ('pending', 'delivering');
drop index webhooks.deliveries_due;
