drop table integrations.oauth_grants;
drop table integrations.oauth_states;
