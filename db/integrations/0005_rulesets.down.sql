drop table integrations.rulesets;
