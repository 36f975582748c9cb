alter table sync.tickets drop column created_source;
drop table sync.ticket_versions;
