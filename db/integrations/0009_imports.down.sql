drop table integrations.legacy_integrations;
