-- Integrations of which something was told that only reading them shows. A row waits until no run of theirs is live, and then becomes one.
create table sync.wanted_reads (
    integration_id bigint primary key,
    scope_path bigint[] not null,
    reason text not null,
    wanted_at timestamptz not null
);
create index wanted_reads_scope_path on sync.wanted_reads using gin (scope_path);
