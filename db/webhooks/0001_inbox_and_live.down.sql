drop table webhooks.live_pruned;
drop table webhooks.live_events;
drop table webhooks.rejections;
drop table webhooks.inbox_attempts;
drop table webhooks.inbox_events;
