drop table integrations.data_protection_keys;
drop table integrations.health_observations;
drop table integrations.integrations;
