-- When each integration is synchronised by itself. A row is due when next_run_at is over; null while it is off or its integration is disabled.
create table sync.schedules (
    integration_id bigint primary key,
    scope_path bigint[] not null,
    interval_minutes int,
    cron text,
    time_zone text not null,
    -- The longest time between two occurrences: the interval, or the widest gap of the expression.
    period_minutes int not null,
    sync_type text not null check (sync_type in ('full', 'incremental')),
    enabled boolean not null,
    paused boolean not null,
    -- Where intervals are counted from.
    anchored_at timestamptz not null,
    -- What is added to each occurrence, so that many schedules of the same minute do not start at once.
    jitter_ms int not null,
    next_run_at timestamptz,
    last_run_id uuid,
    last_started_at timestamptz,
    last_skip_reason text,
    last_skipped_at timestamptz,
    -- How often it came due: what the answer shows changes with it, the client's version does not.
    turns bigint not null default 0,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    check ((interval_minutes is null) <> (cron is null)),
    check (next_run_at is null or (enabled and not paused))
);
create index schedules_due on sync.schedules (next_run_at) where next_run_at is not null;
create index schedules_scope_path on sync.schedules using gin (scope_path);
