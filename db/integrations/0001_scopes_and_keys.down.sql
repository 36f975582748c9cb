drop table integrations.keys;
drop table integrations.scopes;
