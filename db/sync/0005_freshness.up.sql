-- How old the data of each stream is, and how old it may be.
create table sync.stream_freshness (
    integration_id bigint not null,
    stream text not null,
    scope_path bigint[] not null,
    integration_type text not null,
    -- What was so at the provider then is here now.
    fresh_as_of timestamptz,
    last_success_at timestamptz,
    last_sync_type text check (last_sync_type in ('full', 'incremental')),
    last_read bigint,
    usual_read bigint,
    -- What former runs read, to know what is usual.
    history jsonb not null,
    -- Since when runs succeed and read nothing, although there should be something.
    empty_since timestamptz,
    -- Null takes what the schedule gives.
    target_minutes int,
    -- Nothing older is held against it: since then it is scheduled, or enabled again.
    expected_since timestamptz not null,
    paused boolean not null,
    -- What was told last.
    alarm text check (alarm in ('stale', 'empty_success')),
    breached_since timestamptz,
    primary key (integration_id, stream),
    check ((alarm is null) = (breached_since is null))
);
create index stream_freshness_alarms on sync.stream_freshness (alarm) where alarm is not null;
create index stream_freshness_scope_path on sync.stream_freshness using gin (scope_path);
