-- Set when nothing uses a rotated key any more: it is kept, yet not offered for decryption.
alter table integrations.data_protection_keys add column archived_at timestamptz;

create table integrations.secret_rotations (
    id bigint generated always as identity primary key,
    state text not null check (state in ('running', 'completed')),
    -- The key that everything is encrypted with afterwards.
    key_id uuid not null,
    requested_by text not null,
    total bigint not null default 0,
    -- By table: {"done": n, "unreadable": n}.
    stores jsonb not null default '{}',
    -- Where the pass is: the table, and the last row of it that was looked at.
    pass int not null default 1,
    store int not null default 0,
    cursor text,
    archive_at timestamptz,
    started_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    completed_at timestamptz
);
create unique index secret_rotations_running on integrations.secret_rotations (state) where state = 'running';
