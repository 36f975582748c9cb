drop trigger inbox_events_came_done on webhooks.inbox_events;
drop trigger inbox_events_reopened on webhooks.inbox_events;
drop trigger inbox_events_went_done on webhooks.inbox_events;
drop function webhooks.recount_day();
drop table webhooks.inbox_recounts, webhooks.inbox_counted, webhooks.inbox_counts;
