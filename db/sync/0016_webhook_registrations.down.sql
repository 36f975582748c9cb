drop table sync.webhook_watch;
drop table sync.webhook_registrations;
