-- What a run reads: null takes every stream that its integration has switched on.
alter table sync.runs add column streams text[];
-- When a run last came to the end of the queue: at its start, and again each time it makes room for others.
alter table sync.runs add column queued_at timestamptz;
update sync.runs set queued_at = created_at;
alter table sync.runs alter column queued_at set not null;
create index runs_running on sync.runs (lease_until) where status = 'running';
