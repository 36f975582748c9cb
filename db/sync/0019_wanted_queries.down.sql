delete from sync.wanted_reads where jql <> '';
alter table sync.wanted_reads
    drop constraint wanted_reads_pkey,
    drop column jql,
    add primary key (integration_id);
