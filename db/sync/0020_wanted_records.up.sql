-- Records of which an event told too little: a worker reads each from its provider's API.
create table sync.wanted_records (
    integration_id bigint not null,
    -- What it is, such as issue, merge_request or work_item, and how its provider names it.
    kind text not null,
    record_key text not null,
    scope_path bigint[] not null,
    -- The provider's time of the event, for records that carry no time of update.
    told_at timestamptz not null,
    -- When it was last asked for: who reads it meanwhile has not read that yet.
    wanted_at timestamptz not null,
    attempts int not null default 0,
    -- While it is read, when somebody else may take it over.
    next_attempt_at timestamptz not null,
    primary key (integration_id, kind, record_key)
);
create index wanted_records_due on sync.wanted_records (next_attempt_at);
create index wanted_records_scope_path on sync.wanted_records using gin (scope_path);
