drop index sync.runs_running;
alter table sync.runs drop column queued_at;
alter table sync.runs drop column streams;
