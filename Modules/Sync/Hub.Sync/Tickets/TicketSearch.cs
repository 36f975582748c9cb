namespace Hub.Sync.Tickets;

/// <summary>
/// Which tickets hold some words. Exact at every moment: what is indexed is found through the index, what is due for it is looked at itself. A ticket is
/// due from the transaction that changed its words to the one that indexes them.
/// </summary>
internal static class TicketSearch
{
    /// <summary>Begins a statement; takes <c>@words</c>, <c>@keyPattern</c> and the caller's <c>@scope</c>.</summary>
    public const string Found = """
        with wanted as (
            select websearch_to_tsquery('simple', @words) as words
        ), found as (
            select s.ticket_id as id
            from sync.ticket_search s, wanted
            where s.words @@ wanted.words and not exists (select from sync.ticket_search_due d where d.ticket_id = s.ticket_id)
            union
            select t.id
            from sync.tickets t, wanted
            where t.id in (select ticket_id from sync.ticket_search_due) and t.scope_path @> array[@scope]::bigint[]
              and sync.ticket_words(t.key, t.summary, t.description) @@ wanted.words
            union
            select id from sync.tickets where upper(key) like @keyPattern::text
        )
        """;
}
