-- Scopes give secrets, too, and replace them. A ciphertext is bound to its owner: an integration, or a type's configuration at a scope.
alter table integrations.former_secrets
    drop constraint former_secrets_pkey,
    alter column integration_id drop not null,
    add column scope_id bigint references integrations.scopes (id) on delete cascade,
    add column owner text;
update integrations.former_secrets set owner = 'integration:' || integration_id;
alter table integrations.former_secrets
    alter column owner set not null,
    add primary key (owner, field),
    add check (num_nonnulls(integration_id, scope_id) = 1);
create index former_secrets_of_integration on integrations.former_secrets (integration_id);
create index former_secrets_of_scope on integrations.former_secrets (scope_id);
