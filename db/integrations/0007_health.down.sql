drop table integrations.credential_expiries;
drop table integrations.health_checks;
drop table integrations.health_slots;

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
