namespace Hub.Sync.Rereads;

/// <summary>Who reads which of the wanted records when.</summary>
internal static class RereadQueue
{
    public const string Claim = """
        with first as (
            select integration_id, kind from sync.wanted_records where next_attempt_at <= @now order by next_attempt_at limit 1
        ), due as (
            select w.integration_id, w.kind, w.record_key
            from sync.wanted_records w
            join first on first.integration_id = w.integration_id and first.kind = w.kind
            where w.next_attempt_at <= @now
            order by w.next_attempt_at
            limit @most
            for update of w skip locked
        )
        update sync.wanted_records w
        set attempts = w.attempts + 1, next_attempt_at = @until
        from due
        where w.integration_id = due.integration_id and w.kind = due.kind and w.record_key = due.record_key
        returning w.integration_id, w.kind, w.record_key, w.scope_path, w.told_at, w.wanted_at, w.attempts
        """;

    // What was asked for once more meanwhile stays.
    public const string Done = """
        delete from sync.wanted_records w
        using unnest(@keys::text[], @wantedAts::timestamptz[]) as done(record_key, wanted_at)
        where w.integration_id = @integrationId and w.kind = @kind and w.record_key = done.record_key and w.wanted_at = done.wanted_at
        """;

    public const string Later = """
        update sync.wanted_records w
        set next_attempt_at = @next
        from unnest(@keys::text[], @wantedAts::timestamptz[]) as put(record_key, wanted_at)
        where w.integration_id = @integrationId and w.kind = @kind and w.record_key = put.record_key and w.wanted_at = put.wanted_at
        """;
}
