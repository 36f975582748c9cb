create index deliveries_due on webhooks.deliveries (endpoint_id, next_attempt_at) where status in ('pending', 'delivering');
drop index webhooks.deliveries_queue;
drop table webhooks.event_types;
drop table webhooks.endpoint_notices;
alter table webhooks.endpoints drop last_failure_at, drop signature, drop public_key, drop contact_email;
