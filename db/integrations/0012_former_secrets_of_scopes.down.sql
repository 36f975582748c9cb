delete from integrations.former_secrets where integration_id is null;
drop index integrations.former_secrets_of_integration;
drop index integrations.former_secrets_of_scope;
alter table integrations.former_secrets
    drop constraint former_secrets_pkey,
    drop column owner,
    drop column scope_id,
    alter column integration_id set not null,
    add primary key (integration_id, field);
