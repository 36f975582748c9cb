drop table sync.censuses;
