drop table sync.schedules;
