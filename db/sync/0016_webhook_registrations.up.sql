-- The hub's own webhook at a provider, one row per integration that can have one. A row is looked at when next_check_at is over; null while there is nothing to keep.
create table sync.webhook_registrations (
    integration_id bigint primary key,
    integration_type text not null,
    scope_path bigint[] not null,
    state text not null check (state in ('pending', 'unmanaged', 'ok', 'repaired', 'problem')),
    kind text check (kind in ('github', 'jira_admin', 'jira_server', 'jira_dynamic')),
    -- Where hook_id means something: elsewhere the same number is somebody else's webhook.
    place text,
    hook_id text,
    -- Of the secret that was handed over last: no provider gives it back.
    secret_fingerprint text,
    events text[] not null default '{}',
    active boolean,
    expires_at timestamptz,
    reason text,
    problem text,
    -- Why an incremental run is wanted: something may not have been delivered. Empty once it is queued.
    gap text,
    last_checked_at timestamptz,
    last_repaired_at timestamptz,
    last_repair text,
    recovery_ran_at timestamptz,
    -- Everything that was delivered until then was looked at.
    recovered_until timestamptz,
    recovery_listed int not null default 0,
    recovery_lacking int not null default 0,
    recovery_recovered int not null default 0,
    recovery_lost int not null default 0,
    failures int not null default 0,
    next_check_at timestamptz,
    -- Grows with everything that makes it due, so that what changes during a check is looked at after it.
    wishes bigint not null default 1,
    lease_until timestamptz,
    lease_token bigint not null default 0
);
create index webhook_registrations_due on sync.webhook_registrations (next_check_at) where next_check_at is not null;
create index webhook_registrations_scope_path on sync.webhook_registrations using gin (scope_path);

-- When any hub was last there: providers deliver only while one is.
create table sync.webhook_watch (
    only_row boolean primary key default true check (only_row),
    seen_at timestamptz not null
);
