drop table webhooks.delivery_attempts;
drop table webhooks.deliveries;
drop table webhooks.messages;
drop table webhooks.endpoints;
drop function webhooks.uuid_v7(timestamptz);
