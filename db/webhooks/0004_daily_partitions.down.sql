alter table webhooks.live_events rename to live_events_by_day;
alter index webhooks.live_events_pkey rename to live_events_by_day_pkey;
create table webhooks.live_events (
    xid xid8 not null default pg_current_xact_id(),
    id bigint generated always as identity,
    scope_path bigint[] not null,
    type text not null,
    data jsonb not null,
    created_at timestamptz not null default now(),
    primary key (xid, id)
);
create index live_events_created_at on webhooks.live_events using brin (created_at);
insert into webhooks.live_events (xid, id, scope_path, type, data, created_at) overriding system value
select xid, id, scope_path, type, data, created_at from webhooks.live_events_by_day;
select setval('webhooks.live_events_id_seq', coalesce(max(id), 0) + 1, false) from webhooks.live_events;
drop table webhooks.live_events_by_day;
drop function webhooks.stray_days(text, text);
drop function webhooks.drop_day(text, date);
drop function webhooks.lock_day(text, date);
drop function webhooks.add_day(text, text, date);
drop function webhooks.days_of(text);
