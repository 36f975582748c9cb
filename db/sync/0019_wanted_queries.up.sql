-- A query whose finds are to be read, or nothing for all that changed: an integration may want both.
alter table sync.wanted_reads
    add column jql text not null default '',
    drop constraint wanted_reads_pkey,
    add primary key (integration_id, jql);
