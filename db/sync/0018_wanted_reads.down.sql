drop table sync.wanted_reads;
