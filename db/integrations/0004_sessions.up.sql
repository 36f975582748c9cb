-- People whom an identity provider vouches for. The same subject may be known to two tenants: each has its own row.
create table integrations.users (
    id bigint generated always as identity primary key,
    scope_id bigint not null,
    scope_path bigint[] not null,
    issuer text not null,
    subject text not null,
    email text,
    name text,
    created_at timestamptz not null,
    last_signed_in_at timestamptz not null,
    constraint users_subject unique (scope_id, issuer, subject)
);
create index users_scope_path on integrations.users using gin (scope_path);

create table integrations.sessions (
    id bigint generated always as identity primary key,
    token_hash bytea not null,
    method text not null check (method in ('key', 'oidc', 'oauth2', 'saml')),
    key_id bigint references integrations.keys (id),
    user_id bigint references integrations.users (id) on delete cascade,
    integration_id bigint,
    role text not null check (role in ('viewer', 'manager', 'admin')),
    scope_id bigint not null,
    scope_path bigint[] not null,
    created_at timestamptz not null,
    last_used_at timestamptz not null,
    expires_at timestamptz not null,
    ends_at timestamptz not null,
    revoked_at timestamptz,
    constraint sessions_token unique (token_hash),
    constraint sessions_owner check ((key_id is null) <> (user_id is null) and (method = 'key') = (key_id is not null))
);
create index sessions_scope_path on integrations.sessions using gin (scope_path) where revoked_at is null;
create index sessions_integration on integrations.sessions (integration_id) where revoked_at is null and integration_id is not null;
create index sessions_expires_at on integrations.sessions (expires_at);

-- A sign-in on its way to an identity provider and back; gone once it is used.
create table integrations.sso_attempts (
    state_hash bytea primary key,
    browser_hash bytea not null,
    integration_id bigint not null references integrations.integrations (id) on delete cascade,
    request_id text not null,
    return_to text not null,
    expires_at timestamptz not null,
    -- Set when an assertion was accepted and the browser has yet to prove that it is the one that asked.
    person jsonb
);
create index sso_attempts_expires_at on integrations.sso_attempts (expires_at);

create table integrations.sso_assertions (
    integration_id bigint not null references integrations.integrations (id) on delete cascade,
    assertion_hash bytea not null,
    expires_at timestamptz not null,
    primary key (integration_id, assertion_hash)
);
create index sso_assertions_expires_at on integrations.sso_assertions (expires_at);
