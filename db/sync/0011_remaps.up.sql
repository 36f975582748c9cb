-- Integrations whose field mapping may have changed: their stored records are mapped anew, page by page in the order of their ids.
create table sync.remaps (
    integration_id bigint primary key,
    scope_path bigint[] not null,
    after_id bigint not null default 0,
    asked_at timestamptz not null
);
create index remaps_scope_path on sync.remaps using gin (scope_path);
