drop table sync.stream_freshness;
