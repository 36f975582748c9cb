drop index webhooks.inbox_events_received_at;
