-- What tests and calls added up to, in slots of three lengths: the short ones are kept for hours, the long ones for a month.
create table integrations.health_slots (
    integration_id bigint not null references integrations.integrations (id) on delete cascade,
    grain text not null check (grain in ('five_minutes', 'hour', 'day')),
    at timestamptz not null,
    calls bigint not null,
    failures bigint not null,
    throttled bigint not null,
    -- How many calls took how long: the first element counts those that were not timed, element k + 1 the class k of the hub's latency classes.
    latency int[] not null,
    primary key (integration_id, grain, at)
) with (fillfactor = 70);
create index health_slots_at on integrations.health_slots (grain, at);

with observed as (
    select o.integration_id, g.grain, g.at, o.ok, o.reason,
           case when o.latency_ms is null then 1
                else 1 + least(52, greatest(1, 1 + ceil(ln(greatest(o.latency_ms, 1)) / ln(1.25))))::int end as class
    from integrations.health_observations o
    cross join lateral (values
        ('five_minutes', date_bin('5 minutes', o.at, timestamptz '2000-01-01 00:00:00+00')),
        ('hour', date_trunc('hour', o.at, 'UTC')), ('day', date_trunc('day', o.at, 'UTC'))) as g (grain, at)
),
counted as (
    select integration_id, grain, at, class, count(*) as n
    from observed
    group by integration_id, grain, at, class
),
timed as (
    select s.integration_id, s.grain, s.at, array_agg(coalesce(c.n, 0)::int order by k.class) as latency
    from (select integration_id, grain, at, max(class) as top from counted group by integration_id, grain, at) s
    cross join lateral generate_series(1, s.top) as k (class)
    left join counted c on c.integration_id = s.integration_id and c.grain = s.grain and c.at = s.at and c.class = k.class
    group by s.integration_id, s.grain, s.at
)
insert into integrations.health_slots (integration_id, grain, at, calls, failures, throttled, latency)
select o.integration_id, o.grain, o.at, count(*), count(*) filter (where not o.ok), count(*) filter (where o.reason = 'rate_limited'), t.latency
from observed o
join timed t on t.integration_id = o.integration_id and t.grain = o.grain and t.at = o.at
group by o.integration_id, o.grain, o.at, t.latency;

drop table integrations.health_observations;

-- When the hub looks at an integration next, who is looking, and what its breaker remembers.
create table integrations.health_checks (
    integration_id bigint primary key references integrations.integrations (id) on delete cascade,
    next_check_at timestamptz,
    lease_until timestamptz,
    lease_token bigint not null default 0,
    trips int not null default 0,
    open_until timestamptz
) with (fillfactor = 70);
create index health_checks_due on integrations.health_checks (next_check_at);

-- When credentials end: a date that a person entered, what the hub found in the credential itself, and which warning was told already.
create table integrations.credential_expiries (
    integration_id bigint primary key references integrations.integrations (id) on delete cascade,
    entered timestamptz,
    found timestamptz,
    found_source text check (found_source in ('token', 'certificate')),
    found_field text,
    told_for timestamptz,
    told_days int
);
