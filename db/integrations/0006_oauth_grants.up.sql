create table integrations.oauth_states (
    -- SHA-256 of the state that the browser carries: the table alone does not let anybody finish an authorization.
    state_hash bytea primary key,
    integration_id bigint not null references integrations.integrations (id) on delete cascade,
    client text not null,
    verifier text not null,
    redirect_uri text not null,
    browser_hash bytea,
    return_to text,
    force boolean not null,
    -- A key, or a user of an identity provider.
    caller_key_id bigint,
    caller_user_id bigint,
    caller_session_id bigint,
    expires_at timestamptz not null
);
create index oauth_states_expires_at on integrations.oauth_states (expires_at);
create index oauth_states_integration on integrations.oauth_states (integration_id);

create table integrations.oauth_grants (
    integration_id bigint primary key references integrations.integrations (id) on delete cascade,
    -- What it was granted to: a grant for another client or token endpoint is worth nothing.
    client text not null,
    access_token text not null,
    refresh_token text,
    -- What else the provider said with the tokens, such as the address of the account's instance; ciphertext.
    answer text,
    scopes text[] not null,
    account_id text,
    account_name text,
    redirect_uri text not null,
    status text not null check (status in ('active', 'reauthorization_required')),
    message text,
    reason text,
    failures int not null default 0,
    obtained_at timestamptz not null,
    expires_at timestamptz,
    authorized_at timestamptz not null,
    last_refreshed_at timestamptz,
    used_at timestamptz,
    next_refresh_at timestamptz,
    lease_until timestamptz,
    -- Since when a refresh may have been carried out whose answer never arrived here.
    unanswered_since timestamptz,
    -- The fence: a refresh writes only if nobody else has written since it took the lease.
    version bigint not null default 1
);
create index oauth_grants_next_refresh_at on integrations.oauth_grants (next_refresh_at) where status = 'active';
