drop index sync.runs_completed_at;
