drop table integrations.sso_assertions;
drop table integrations.sso_attempts;
drop table integrations.sessions;
drop table integrations.users;
