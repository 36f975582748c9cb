drop table integrations.webhook_handshakes;
drop table integrations.former_secrets;
