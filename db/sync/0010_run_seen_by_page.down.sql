alter table sync.run_seen rename to run_seen_pages;
create table sync.run_seen (
    run_id uuid not null,
    external_id text not null,
    primary key (run_id, external_id)
);
insert into sync.run_seen (run_id, external_id) select run_id, unnest(ids) from sync.run_seen_pages on conflict do nothing;
drop table sync.run_seen_pages;
