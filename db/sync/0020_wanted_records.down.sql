drop table sync.wanted_records;
