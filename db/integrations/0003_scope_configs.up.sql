create table integrations.scope_configs (
    scope_id bigint not null references integrations.scopes (id) on delete cascade,
    integration_type text not null,
    scope_path bigint[] not null,
    configuration jsonb not null default '{}',
    secrets jsonb not null default '{}',
    -- Fields that nothing below may set.
    locked text[] not null default '{}',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (scope_id, integration_type)
);
