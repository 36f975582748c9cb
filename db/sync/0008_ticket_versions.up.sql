-- What each change of a ticket did to it. Its creation is no row here: the ticket itself tells of that.
create table sync.ticket_versions (
    ticket_id bigint not null,
    -- The version that the change made.
    version bigint not null,
    change text not null check (change in ('updated', 'deleted', 'undeleted')),
    -- {field: {from, to}}
    changes jsonb not null,
    source text not null check (source in ('sync', 'webhook', 'hub')),
    run_id uuid,
    changed_at timestamptz not null,
    primary key (ticket_id, version)
);
create index ticket_versions_changed_at on sync.ticket_versions using brin (changed_at);

alter table sync.tickets add column created_source text not null default 'sync' check (created_source in ('sync', 'webhook', 'hub'));
