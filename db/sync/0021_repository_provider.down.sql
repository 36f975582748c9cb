alter table sync.repositories drop column provider;
