-- When the ids of an integration were last compared with its site's, for which restriction.
create table sync.censuses (
    integration_id bigint primary key,
    query_hash bytea not null,
    done_at timestamptz not null
);
