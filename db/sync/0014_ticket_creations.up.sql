-- Tickets on their way to a third party that knows no idempotency. A row is committed before the call it announces.
create table sync.ticket_creations (
    id uuid primary key,
    integration_id bigint not null,
    scope_path bigint[] not null,
    -- The label by which a lost issue is found again; null where the project's screen takes no labels.
    marker text,
    -- What is sent, in the provider's form.
    fields jsonb not null,
    -- Whose request it is, by caller and Idempotency-Key, and what the request said.
    request_key bytea,
    request_hash bytea not null,
    state text not null check (state in ('pending', 'sending', 'unknown', 'created', 'refused')),
    attempts int not null default 0,
    looks int not null default 0,
    sent_at timestamptz,
    external_id text,
    key text,
    ticket_id bigint,
    failure jsonb,
    -- When there is something to do; null once it is settled.
    next_at timestamptz,
    lease_until timestamptz,
    lease_token bigint not null default 0,
    caller_key_id bigint,
    caller_user_id bigint,
    caller_name text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create unique index ticket_creations_request on sync.ticket_creations (request_key) where request_key is not null;
create index ticket_creations_due on sync.ticket_creations (next_at) where next_at is not null;
create index ticket_creations_settled on sync.ticket_creations (updated_at) where next_at is null;
create index ticket_creations_integration on sync.ticket_creations (integration_id);
create index ticket_creations_scope_path on sync.ticket_creations using gin (scope_path);
