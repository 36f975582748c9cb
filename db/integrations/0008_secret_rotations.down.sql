drop table integrations.secret_rotations;
alter table integrations.data_protection_keys drop column archived_at;
