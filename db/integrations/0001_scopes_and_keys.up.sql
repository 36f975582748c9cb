create table integrations.scopes (
    id bigint generated always as identity primary key,
    kind text not null check (kind in ('platform', 'tenant', 'team', 'project', 'ruleset')),
    name text not null,
    slug text not null,
    parent_id bigint references integrations.scopes (id),
    path bigint[] not null,
    version bigint not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint scopes_slug unique (parent_id, slug),
    constraint scopes_root check ((kind = 'platform') = (parent_id is null)),
    constraint scopes_path check (path[1] = 1 and path[array_length(path, 1)] = id)
);
create index scopes_path on integrations.scopes using gin (path);
create unique index scopes_one_platform on integrations.scopes (kind) where kind = 'platform';

insert into integrations.scopes (id, kind, name, slug, parent_id, path)
overriding system value
values (1, 'platform', 'Platform', 'platform', null, '{1}');
alter table integrations.scopes alter column id restart with 2;

-- Rows outlive their scope: they say who it was that an audit entry names.
create table integrations.keys (
    id bigint generated always as identity primary key,
    key_hash bytea not null,
    prefix text not null,
    name text not null,
    role text not null check (role in ('viewer', 'manager', 'admin')),
    scope_id bigint not null,
    scope_path bigint[] not null,
    origin text not null check (origin in ('created', 'first_start', 'environment')),
    created_by bigint references integrations.keys (id),
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    replaced_by bigint references integrations.keys (id),
    constraint keys_hash unique (key_hash),
    constraint keys_replaced check (replaced_by is null or revoked_at is not null)
);
create index keys_scope_path on integrations.keys using gin (scope_path) where revoked_at is null;
