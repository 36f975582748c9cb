create table kernel.audit_log (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    actor_key_id bigint,
    actor_name text not null,
    action text not null,
    target_type text not null,
    target_id text not null,
    scope_path bigint[] not null,
    diff jsonb,
    outcome text not null,
    trace_id text
);
create index audit_log_scope_path on kernel.audit_log using gin (scope_path);
create index audit_log_target on kernel.audit_log (target_type, target_id, id);

create table kernel.idempotency_keys (
    caller_key_id bigint not null,
    key text not null,
    request_hash bytea not null,
    status int,
    headers jsonb,
    body bytea,
    locked_until timestamptz not null,
    created_at timestamptz not null default now(),
    primary key (caller_key_id, key)
);
create index idempotency_keys_created_at on kernel.idempotency_keys (created_at);
