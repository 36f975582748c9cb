-- Rows arrive in order of time: a summary per page range finds a window and costs the inbox next to nothing.
create index inbox_events_received_at on webhooks.inbox_events using brin (received_at) with (pages_per_range = 32);
