drop table integrations.scope_configs;
