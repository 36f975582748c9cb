-- What is synchronised from GitHub. "repository_id" is GitHub's own number of the repository: names change, it stays. An integration that is pointed
-- at another repository keeps the rows of the one before; readers take the repository that sync.repositories marks as current.
-- "raw" is GitHub's record, deflated; "content_hash" covers what the columns hold.
create table sync.repositories (
    id bigint generated always as identity primary key,
    integration_id bigint not null,
    scope_id bigint not null,
    scope_path bigint[] not null,
    repository_id bigint not null,
    -- The one that the integration reads now.
    current boolean not null,
    -- The name in the integration's settings under which it was found; it may be called otherwise by now.
    configured_name text not null,
    full_name text not null,
    default_branch text not null,
    -- Whether the credential may write there: only then GitHub shows drafts of releases.
    can_push boolean not null,
    private boolean not null,
    archived boolean not null,
    disabled boolean not null,
    fork boolean not null,
    description text,
    topics text[] not null,
    -- SPDX id, such as MIT; null where GitHub tells none.
    license text,
    -- {"C#": bytes, ...}
    languages jsonb not null,
    html_url text,
    remote_created_at timestamptz,
    remote_updated_at timestamptz,
    pushed_at timestamptz,
    -- What sync.tree_entries shows: the tree of this commit of the default branch; null before it was read or when the repository is empty.
    tree_sha text,
    tree_commit_sha text,
    -- Some of the tree could not be read: the entries are not all.
    tree_truncated boolean not null default false,
    raw bytea not null,
    content_hash bytea not null,
    hash_version int not null,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    unique (integration_id, repository_id)
);
create unique index repositories_current on sync.repositories (integration_id) where current;
create index repositories_scope on sync.repositories (scope_id);
create index repositories_scope_path on sync.repositories using gin (scope_path);

create table sync.repository_branches (
    id bigint generated always as identity primary key,
    integration_id bigint not null,
    scope_id bigint not null,
    scope_path bigint[] not null,
    repository_id bigint not null,
    name text not null,
    head_sha text not null,
    protected boolean not null,
    -- How far the commits of the branch are stored: all that this one reaches. Null before the first time.
    walked_sha text,
    -- Keys of tickets in its name, as written there.
    ticket_keys text[] not null,
    content_hash bytea not null,
    hash_version int not null,
    deleted_at timestamptz,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    unique (integration_id, repository_id, name)
);
create index repository_branches_keys on sync.repository_branches using gin (ticket_keys);
create index repository_branches_scope_path on sync.repository_branches using gin (scope_path);

create table sync.commits (
    id bigint generated always as identity primary key,
    integration_id bigint not null,
    scope_id bigint not null,
    scope_path bigint[] not null,
    repository_id bigint not null,
    sha text not null,
    -- As git has it.
    author_name text,
    author_email text,
    -- The account at GitHub; null where GitHub knows none.
    author_login text,
    committer_name text,
    committer_email text,
    committer_login text,
    authored_at timestamptz not null,
    committed_at timestamptz not null,
    message text not null,
    parents text[] not null,
    -- Reached by the head of the default branch.
    on_default_branch boolean not null,
    additions int,
    deletions int,
    -- [{"path", "previous_path"?, "status", "additions", "deletions"}], GitHub's first 300; null until detailed.
    files jsonb,
    ticket_keys text[] not null,
    html_url text,
    raw bytea not null,
    content_hash bytea not null,
    hash_version int not null,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    unique (integration_id, repository_id, sha)
);
create index commits_by_time on sync.commits (integration_id, repository_id, committed_at, id);
create index commits_undetailed on sync.commits (integration_id, repository_id, committed_at) where files is null;
create index commits_keys on sync.commits using gin (ticket_keys);
create index commits_scope_path on sync.commits using gin (scope_path);

create table sync.pull_requests (
    id bigint generated always as identity primary key,
    integration_id bigint not null,
    scope_id bigint not null,
    scope_path bigint[] not null,
    repository_id bigint not null,
    external_id bigint not null,
    number int not null,
    title text not null,
    body text,
    -- merged is what GitHub shows as closed with a time of merging.
    state text not null check (state in ('open', 'closed', 'merged')),
    draft boolean not null,
    author text,
    author_id bigint,
    labels text[] not null,
    milestone text,
    head_ref text not null,
    head_sha text not null,
    -- The repository that the head is in; null when it is gone.
    head_repository text,
    base_ref text not null,
    base_sha text not null,
    merge_commit_sha text,
    merged_at timestamptz,
    closed_at timestamptz,
    remote_created_at timestamptz not null,
    remote_updated_at timestamptz not null,
    -- Only the single record tells them: null until it was read.
    additions int,
    deletions int,
    changed_files int,
    commits int,
    merged_by text,
    -- approved, changes_requested or pending (nobody has decided), from the last decision of each reviewer; null until reviews were read.
    review_state text check (review_state in ('approved', 'changes_requested', 'pending')),
    -- The update time of the pull request up to which its reviews and figures were read.
    detailed_until timestamptz,
    ticket_keys text[] not null,
    html_url text,
    raw bytea not null,
    content_hash bytea not null,
    hash_version int not null,
    deleted_at timestamptz,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    unique (integration_id, repository_id, number)
);
create index pull_requests_by_time on sync.pull_requests (integration_id, repository_id, remote_updated_at, id);
create index pull_requests_merged on sync.pull_requests (integration_id, repository_id, merged_at) where merged_at is not null;
create index pull_requests_keys on sync.pull_requests using gin (ticket_keys);
create index pull_requests_scope_path on sync.pull_requests using gin (scope_path);

create table sync.pull_request_reviews (
    id bigint generated always as identity primary key,
    integration_id bigint not null,
    scope_id bigint not null,
    scope_path bigint[] not null,
    repository_id bigint not null,
    number int not null,
    external_id bigint not null,
    reviewer text,
    -- approved, changes_requested, commented, dismissed or pending.
    state text not null,
    body text,
    commit_sha text,
    submitted_at timestamptz,
    content_hash bytea not null,
    hash_version int not null,
    deleted_at timestamptz,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    unique (integration_id, repository_id, external_id)
);
create index pull_request_reviews_pull on sync.pull_request_reviews (integration_id, repository_id, number);
create index pull_request_reviews_scope_path on sync.pull_request_reviews using gin (scope_path);

create table sync.releases (
    id bigint generated always as identity primary key,
    integration_id bigint not null,
    scope_id bigint not null,
    scope_path bigint[] not null,
    repository_id bigint not null,
    external_id bigint not null,
    tag text not null,
    name text,
    body text,
    draft boolean not null,
    prerelease boolean not null,
    -- Branch or commit that the tag is made from where it does not exist yet.
    target text,
    author text,
    remote_created_at timestamptz,
    -- Null for drafts.
    published_at timestamptz,
    html_url text,
    raw bytea not null,
    content_hash bytea not null,
    hash_version int not null,
    deleted_at timestamptz,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    unique (integration_id, repository_id, external_id)
);
create index releases_by_time on sync.releases (integration_id, repository_id, published_at, id);
create index releases_scope_path on sync.releases using gin (scope_path);

create table sync.workflow_runs (
    id bigint generated always as identity primary key,
    integration_id bigint not null,
    scope_id bigint not null,
    scope_path bigint[] not null,
    repository_id bigint not null,
    external_id bigint not null,
    workflow_id bigint,
    name text,
    title text,
    event text not null,
    status text not null,
    conclusion text,
    head_branch text,
    head_sha text not null,
    run_number int not null,
    attempt int not null,
    actor text,
    remote_created_at timestamptz not null,
    remote_updated_at timestamptz not null,
    -- Of the last attempt.
    started_at timestamptz,
    -- From the start of the last attempt to its last change, once it is completed.
    duration_ms bigint,
    html_url text,
    raw bytea not null,
    content_hash bytea not null,
    hash_version int not null,
    version bigint not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    unique (integration_id, repository_id, external_id)
);
create index workflow_runs_by_time on sync.workflow_runs (integration_id, repository_id, remote_created_at, id);
create index workflow_runs_scope_path on sync.workflow_runs using gin (scope_path);

-- Files, folders and submodules of the default branch. Reached through sync.repositories, which carries the scope: the same path on each of 100,000 rows
-- would cost more than the rows. The key is a hash because a path can be longer than an index row.
create table sync.tree_entries (
    integration_id bigint not null,
    repository_id bigint not null,
    path_hash bytea not null,
    path text not null,
    -- blob, tree or commit (a submodule).
    type text not null check (type in ('blob', 'tree', 'commit')),
    mode text not null,
    -- Bytes, of blobs only.
    size bigint,
    sha text not null,
    primary key (integration_id, repository_id, path_hash)
);

-- Answers of GitHub by address and credential, to be shown again when GitHub says that nothing changed. A page that was not asked for in a while goes.
create table sync.http_cache (
    integration_id bigint not null,
    -- Names the credential without telling it: another one may see another answer.
    credential text not null,
    url_hash bytea not null,
    etag text,
    last_modified text,
    link text,
    body bytea not null,
    size int not null,
    used_at timestamptz not null,
    primary key (integration_id, credential, url_hash)
);
create index http_cache_used on sync.http_cache (integration_id, used_at);

-- What the streams of a GitHub integration know from their last complete walk, such as how far they are, in the provider's own time.
create table sync.github_states (
    integration_id bigint not null,
    stream text not null,
    -- What the state holds for: another repository starts anew.
    site_key bigint not null,
    state jsonb not null,
    saved_at timestamptz not null,
    primary key (integration_id, stream)
);
