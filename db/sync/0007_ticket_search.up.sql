-- The words of a ticket, found by a worker and not by whoever writes it: making and indexing them cost as much as the ticket itself.
-- Bounded, because PostgreSQL refuses a tsvector beyond 1 MB.
create function sync.ticket_words(key text, summary text, description text) returns tsvector language sql immutable parallel safe as $$
    select setweight(to_tsvector('simple'::regconfig, key), 'A')
        || setweight(to_tsvector('simple'::regconfig, left(summary, 10000)), 'B')
        || to_tsvector('simple'::regconfig, left(coalesce(description, ''), 100000))
$$;

create table sync.ticket_search (
    ticket_id bigint primary key,
    -- Of which version of the ticket: an indexer that read an older one does not win.
    version bigint not null,
    words tsvector not null
);
insert into sync.ticket_search (ticket_id, version, words) select id, version, search from sync.tickets;
create index ticket_search_words on sync.ticket_search using gin (words);

-- Tickets whose words are not indexed yet; searches look at them one by one. Without a key: writers must never wait for the indexer.
create table sync.ticket_search_due (ticket_id bigint not null);

alter table sync.tickets drop column search;
