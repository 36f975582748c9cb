create sequence integrations.integration_ids;

create table integrations.integrations (
    id bigint primary key default nextval('integrations.integration_ids'),
    -- Checked at commit: whoever deletes a scope deletes its integrations in the same transaction, in whichever order.
    scope_id bigint not null references integrations.scopes (id) deferrable initially deferred,
    scope_path bigint[] not null,
    name text not null,
    integration_type text not null,
    platform_name text not null,
    integration_category text not null,
    enabled boolean not null,
    status text not null check (status in ('configuring', 'active', 'inactive', 'error')),
    priority int not null default 100 check (priority between 1 and 1000),
    secret_source text not null default 'stored' check (secret_source in ('stored', 'environment')),
    configuration jsonb not null default '{}',
    secrets jsonb not null default '{}',
    missing_fields text[] not null default '{}',
    webhook_token text not null,
    detected jsonb not null default '{}',
    health_status text not null default 'unknown' check (health_status in ('healthy', 'warning', 'error', 'unknown')),
    health_reason text,
    health_message text,
    health_since timestamptz not null default now(),
    consecutive_failures int not null default 0,
    last_success_at timestamptz,
    last_error text,
    last_tested_at timestamptz,
    last_test jsonb,
    version bigint not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
alter sequence integrations.integration_ids owned by integrations.integrations.id;
create unique index integrations_name on integrations.integrations (scope_id, lower(name));
create unique index integrations_webhook_token on integrations.integrations (webhook_token);
create index integrations_scope_path on integrations.integrations using gin (scope_path);
create index integrations_type on integrations.integrations (integration_type, scope_id, priority, id);

create table integrations.health_observations (
    id bigint generated always as identity primary key,
    integration_id bigint not null references integrations.integrations (id) on delete cascade,
    at timestamptz not null,
    source text not null check (source in ('test', 'call')),
    ok boolean not null,
    reason text,
    latency_ms double precision
);
create index health_observations_integration on integrations.health_observations (integration_id, at);
create index health_observations_at on integrations.health_observations (at);

create table integrations.data_protection_keys (
    id bigint generated always as identity primary key,
    friendly_name text not null unique,
    xml text not null,
    created_at timestamptz not null default now(),
    -- Set when an operator accepted that the master key of this one is gone; such a key is not offered for decryption any more.
    lost_at timestamptz
);
