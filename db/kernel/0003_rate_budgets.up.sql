create table kernel.rate_budgets (
    credential text not null,
    scope text not null,
    name text not null,
    type text not null,
    capacity int,
    remaining int,
    refill int,
    window_seconds double precision,
    resets_at timestamptz,
    paused_until timestamptz,
    probe_until timestamptz,
    backoff_step int not null default 0,
    observed_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (credential, scope, name)
);
create index rate_budgets_updated_at on kernel.rate_budgets (updated_at);
