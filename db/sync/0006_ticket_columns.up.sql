alter table sync.tickets
    add column provider text not null default 'jira',
    add column description_html text,
    -- What the integration's field mapping made of the record, and the hash of that mapping.
    add column fields jsonb not null default '{}',
    add column mapping_hash bytea,
    add column parent_key text,
    add column resolution text;
