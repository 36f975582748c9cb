create table schemas.types (
    id text primary key,
    version int not null,
    document jsonb not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
