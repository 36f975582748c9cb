-- Events by status, counted once: of all that are numbered up to a place, those that are done with. What is beyond the place, or was still open, is few and
-- counted when somebody asks.
create table webhooks.inbox_counts (
    day date not null,
    integration_id bigint not null,
    integration_type text not null,
    scope_path bigint[] not null,
    status text not null,
    events bigint not null,
    first_received_at timestamptz not null,
    primary key (day, integration_id, integration_type, scope_path, status)
);
create table webhooks.inbox_counted (
    only_row boolean primary key default true check (only_row),
    up_to bigint not null,
    -- Numbers up to the place that were not done with.
    open bigint[] not null
);
insert into webhooks.inbox_counted (up_to, open) values (0, '{}');

-- Days whose counts no longer hold, since something that was done with is open again, gone or elsewhere. Whoever changes it says so in the same transaction and
-- waits for nobody: a day may stand here several times.
create table webhooks.inbox_recounts (day date not null);
create index inbox_recounts_day on webhooks.inbox_recounts (day);

create function webhooks.recount_day() returns trigger language plpgsql as $$
declare
    changed date := case when tg_op = 'INSERT' then new.day else old.day end;
begin
    insert into webhooks.inbox_recounts (day)
    select changed where not exists (select from webhooks.inbox_recounts r where r.day = changed);
    return null;
end
$$;
-- None of them fires on the way of an event from its receipt to its end.
create trigger inbox_events_came_done after insert on webhooks.inbox_events
    for each row when (new.status in ('processed', 'ignored', 'dead')) execute function webhooks.recount_day();
create trigger inbox_events_reopened after update of status on webhooks.inbox_events
    for each row when (old.status in ('processed', 'ignored', 'dead')) execute function webhooks.recount_day();
create trigger inbox_events_went_done after delete on webhooks.inbox_events
    for each row when (old.status in ('processed', 'ignored', 'dead')) execute function webhooks.recount_day();
