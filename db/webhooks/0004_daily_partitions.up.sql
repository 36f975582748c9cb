-- Tables whose rows go by the day are partitioned by the day (UTC); a day goes as a whole. The default partition takes whatever has no day of its own yet,
-- so no row is ever refused.
create function webhooks.days_of(parent text) returns table (day date, part oid) language sql stable as $$
    select to_date(right(c.relname, 8), 'YYYYMMDD'), c.oid
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = to_regclass(format('webhooks.%I', parent)) and c.relname ~ '_[0-9]{8}$'
$$;

-- Rows of the day that the default partition holds move over. Writers wait meanwhile: one that had chosen the default partition for a row of this day would
-- be refused when it got there.
create function webhooks.add_day(parent text, key text, day date) returns void language plpgsql as $$
declare
    rest text := parent || '_default';
    part text := parent || '_' || to_char(day, 'YYYYMMDD');
    low text := to_char(day, 'YYYY-MM-DD') || ' 00:00:00+00';
    high text := to_char(day + 1, 'YYYY-MM-DD') || ' 00:00:00+00';
begin
    if to_regclass(format('webhooks.%I', part)) is not null then
        return;
    end if;
    execute format('create table webhooks.%I (like webhooks.%I including all)', part, parent);
    execute format('lock table only webhooks.%I in share row exclusive mode', parent);
    execute format('lock table webhooks.%I in access exclusive mode', rest);
    execute format(
        'with moved as (delete from webhooks.%1$I where %2$I >= %3$L and %2$I < %4$L returning *) insert into webhooks.%5$I select * from moved',
        rest, key, low, high, part);
    execute format('alter table webhooks.%I attach partition webhooks.%I for values from (%L) to (%L)', parent, part, low, high);
end
$$;

create function webhooks.lock_day(parent text, day date) returns void language plpgsql as $$
begin
    execute format('lock table only webhooks.%I, webhooks.%I in access exclusive mode', parent, parent || '_' || to_char(day, 'YYYYMMDD'));
end
$$;

create function webhooks.drop_day(parent text, day date) returns void language plpgsql as $$
begin
    execute format('drop table webhooks.%I', parent || '_' || to_char(day, 'YYYYMMDD'));
end
$$;

-- Days of rows that have no partition of their own.
create function webhooks.stray_days(parent text, key text) returns setof date language plpgsql stable set timezone = 'UTC' as $$
begin
    return query execute format(
        'select distinct (%I at time zone ''UTC'')::date from webhooks.%I order by 1 limit 50', key, parent || '_default');
end
$$;

alter table webhooks.live_events rename to live_events_before;
alter index webhooks.live_events_pkey rename to live_events_before_pkey;
create sequence webhooks.live_events_seq;
create table webhooks.live_events (
    xid xid8 not null default pg_current_xact_id(),
    id bigint not null default nextval('webhooks.live_events_seq'),
    scope_path bigint[] not null,
    type text not null,
    data jsonb not null,
    created_at timestamptz not null default now(),
    primary key (xid, id, created_at)
) partition by range (created_at);
alter sequence webhooks.live_events_seq owned by webhooks.live_events.id;
create table webhooks.live_events_default partition of webhooks.live_events default;
insert into webhooks.live_events (xid, id, scope_path, type, data, created_at)
select xid, id, scope_path, type, data, created_at from webhooks.live_events_before;
select setval('webhooks.live_events_seq', coalesce(max(id), 0) + 1, false) from webhooks.live_events;
drop table webhooks.live_events_before;
