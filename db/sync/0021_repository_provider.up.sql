-- Where a repository is: github, gitlab or azure_devops. Through integrations of the latter two many may come; the current one is shown where none is named.
alter table sync.repositories add column provider text not null default 'github';
