-- What a ruleset has beyond its scope; a ruleset without a row has none of it. json, not jsonb: rules are given back as they were written.
create table integrations.rulesets (
    scope_id bigint primary key references integrations.scopes (id) on delete cascade,
    description text,
    is_active boolean not null default true,
    search_priority text[] not null default '{}',
    response_guidelines json,
    context_rules json,
    ai_behavior_rules json,
    conversation_rules json,
    mode_settings json,
    legacy_id text
);
