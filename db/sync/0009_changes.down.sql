drop table sync.changes_pruned;
drop table sync.changes;
