-- The worst first, without reading the rest; and counted by health without touching the rows, which are wide.
create index integrations_worst_health
    on integrations.integrations (array_position(array['error', 'warning', 'unknown', 'healthy'], health_status), health_since desc, id)
    include (health_status, scope_path)
    where enabled;
