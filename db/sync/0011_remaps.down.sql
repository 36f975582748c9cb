drop table sync.remaps;
