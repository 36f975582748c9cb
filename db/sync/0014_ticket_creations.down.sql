drop table sync.ticket_creations;
