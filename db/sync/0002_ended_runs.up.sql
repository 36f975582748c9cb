create index runs_completed_at on sync.runs (completed_at);
