-- Secrets of webhooks that were replaced, for as long as deliveries signed with them still count. Ciphertexts, bound to the integration and the field.
create table integrations.former_secrets (
    integration_id bigint not null references integrations.integrations (id) on delete cascade,
    field text not null,
    secret text not null,
    valid_until timestamptz not null,
    primary key (integration_id, field)
);
create index former_secrets_valid_until on integrations.former_secrets (valid_until);

-- Secrets that a provider sent itself and nobody has looked at yet. The secret is the integration's own.
create table integrations.webhook_handshakes (
    integration_id bigint not null references integrations.integrations (id) on delete cascade,
    field text not null,
    received_at timestamptz not null,
    primary key (integration_id, field)
);
