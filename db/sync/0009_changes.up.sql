-- What changed in the store, in the order of the transactions that changed it. A reader only goes up to the oldest transaction still open, so a late
-- commit is never skipped.
create table sync.changes (
    xid xid8 not null default pg_current_xact_id(),
    id bigint generated always as identity,
    scope_id bigint not null,
    scope_path bigint[] not null,
    integration_id bigint not null,
    record_type text not null,
    record_id text not null,
    key text,
    change text not null check (change in ('created', 'updated', 'deleted')),
    version bigint,
    changed_at timestamptz not null,
    primary key (xid, id)
);
-- Read in order only, a window at a time: an index over the scope paths would not help.
create index changes_scope on sync.changes (scope_id, xid, id);
create index changes_changed_at on sync.changes using brin (changed_at);

-- The newest position that was ever pruned: whoever goes on from before it has missed something and must be told so.
create table sync.changes_pruned (
    only_row boolean primary key default true check (only_row),
    xid xid8 not null,
    id bigint not null
);
