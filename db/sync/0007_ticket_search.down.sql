alter table sync.tickets add column search tsvector not null generated always as (
    setweight(to_tsvector('simple'::regconfig, key), 'A')
    || setweight(to_tsvector('simple'::regconfig, left(summary, 10000)), 'B')
    || to_tsvector('simple'::regconfig, left(coalesce(description, ''), 100000))) stored;
create index tickets_search on sync.tickets using gin (search);
drop table sync.ticket_search_due;
drop table sync.ticket_search;
drop function sync.ticket_words(text, text, text);
