-- What a walk has met: one row per page, not per record, so that a walk over what did not change writes next to nothing.
create table sync.run_seen_pages (
    run_id uuid not null,
    ids text[] not null
);
insert into sync.run_seen_pages (run_id, ids) select run_id, array_agg(external_id) from sync.run_seen group by run_id;
drop table sync.run_seen;
alter table sync.run_seen_pages rename to run_seen;
create index run_seen_run on sync.run_seen (run_id);
