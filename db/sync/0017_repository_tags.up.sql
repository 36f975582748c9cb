-- Tags of a repository and the commits they name: releases are made from them, and not every tag has one.
create table sync.repository_tags (
    id bigint generated always as identity primary key,
    integration_id bigint not null,
    scope_id bigint not null,
    scope_path bigint[] not null,
    repository_id bigint not null,
    name text not null,
    sha text not null,
    content_hash bytea not null,
    hash_version int not null,
    deleted_at timestamptz,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    unique (integration_id, repository_id, name)
);
create index repository_tags_scope_path on sync.repository_tags using gin (scope_path);
