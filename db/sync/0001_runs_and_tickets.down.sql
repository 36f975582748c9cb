drop table sync.tickets;
drop table sync.watermarks;
drop table sync.run_seen;
drop table sync.runs;
