drop table sync.repository_tags;
