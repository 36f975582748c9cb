-- What belongs to a ticket at its provider: comments, worklogs, its history there, links.
create table sync.ticket_details (
    id bigint generated always as identity primary key,
    ticket_id bigint not null references sync.tickets (id) on delete cascade,
    integration_id bigint not null,
    scope_path bigint[] not null,
    kind text not null check (kind in ('comment', 'worklog', 'changelog', 'link')),
    external_id text not null,
    author_id text,
    author text,
    body text,
    body_html text,
    data jsonb not null,
    remote_created_at timestamptz,
    remote_updated_at timestamptz,
    content_hash bytea not null,
    deleted_at timestamptz,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create unique index ticket_details_external_id on sync.ticket_details (ticket_id, kind, external_id);
create index ticket_details_list on sync.ticket_details (ticket_id, kind, id);
create index ticket_details_integration on sync.ticket_details (integration_id);
create index ticket_details_scope_path on sync.ticket_details using gin (scope_path);

-- Tickets that changed since their details were read. The mark grows with each change, so that one that comes meanwhile is not lost.
create table sync.ticket_details_due (
    ticket_id bigint not null references sync.tickets (id) on delete cascade,
    integration_id bigint not null,
    stream text not null,
    mark bigint not null default 1,
    primary key (ticket_id, stream)
);
create index ticket_details_due_next on sync.ticket_details_due (integration_id, stream, ticket_id);

-- Streams of details that an integration has switched on, since when: a new one begins with all tickets.
create table sync.detail_streams (
    integration_id bigint not null,
    stream text not null,
    opened_at timestamptz not null,
    primary key (integration_id, stream)
);
