-- Where an imported integration came from and how its fields were spelled there, so that the old form can be given back.
create table integrations.legacy_integrations (
    integration_id bigint primary key references integrations.integrations (id) on delete cascade,
    scope_id bigint not null,
    origin text not null,
    legacy_id text,
    names jsonb not null default '{}'
);
create unique index legacy_integrations_id on integrations.legacy_integrations (scope_id, legacy_id) where legacy_id is not null;
