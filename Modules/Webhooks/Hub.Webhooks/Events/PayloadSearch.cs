using System.Text.Json;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Paging;
using Hub.SharedKernel.Problems;
using Hub.Webhooks.Inbound;
using Npgsql;

namespace Hub.Webhooks.Events;

/// <summary>
/// Finds events by what their payload says, as JSON. Payloads are kept as bytes, so a page looks at a bounded number of them, newest first: it may hold few
/// events or none, and its cursor goes on from the last one that was looked at.
/// </summary>
internal sealed class PayloadSearch(Db db, WebhookOptions options)
{
    private const int MaxEvents = 1000;
    private const int EventsAtOnce = 100;
    private const long MaxBytes = 64 * 1024 * 1024;
    private const long BytesAtOnce = 8 * 1024 * 1024;
    private const string BadInput = "22";

    public async Task<Page<EventAnswer>> Find(EventFilter filter, long scope, string path, PageRequest page, CancellationToken ct)
    {
        await using var tx = await db.Begin(ct);
        await db.Execute(Patience, null, ct);
        var match = await IsPredicate(path, ct) ? MatchPredicate : MatchPath;
        var found = new List<EventAnswer>();
        var (before, looked, bytes) = (page.AfterId, 0, 0L);
        while (looked < MaxEvents && bytes < MaxBytes)
        {
            var next = await db.List<Candidate>(SelectNext, new
            {
                scope, filter.IntegrationId, filter.EventType, status = filter.StatusWord, filter.Since, filter.Until, before, fetch = EventsAtOnce,
            }, ct);
            var size = 0L;
            var some = next.TakeWhile((one, index) => (size += one.PayloadSize) <= BytesAtOnce || index == 0).Select(one => one.Seq).ToArray();
            if (some.Length == 0)
                return new Page<EventAnswer>(found, null);
            var events = await db.List<EventDetail>(SelectEvents, new { scope, seqs = some }, ct);
            var readable = events.Select(one => (one.Seq, Text: Text(one)!)).Where(one => one.Text is not null).ToArray();
            var matching = await Matching(match, path, readable, ct);
            foreach (var one in events.Where(one => matching.Contains(one.Seq)))
            {
                found.Add(one);
                if (found.Count == page.Limit)
                    return new Page<EventAnswer>(found, page.CursorAfter(one.Seq));
            }

            (before, looked, bytes) = (some[^1], looked + some.Length, bytes + size);
        }

        return new Page<EventAnswer>(found, page.CursorAfter(before!));
    }

    private string? Text(EventDetail one)
    {
        try
        {
            var sent = Deflated.Inflate(one.Stored, one.PayloadSize);
            using var json = Payload.Parse(sent, Header(one.Headers, "content-encoding"), Header(one.Headers, "content-type"), options.MaxPayloadBytes);
            return json.RootElement.GetRawText();
        }
        catch (Exception fault) when (fault is JsonException or HubException)
        {
            return null;
        }
    }

    // A predicate is true or false of anything, a path gives what is there: on an empty object that tells them apart.
    private async Task<bool> IsPredicate(string path, CancellationToken ct)
    {
        try
        {
            return await db.One<bool>(Probe, new { path }, ct);
        }
        catch (PostgresException fault) when (fault.SqlState is not PostgresErrorCodes.QueryCanceled)
        {
            throw new InvalidException(
                "q", $"begins with $, so it must be a JSON path of PostgreSQL, such as $.issue.key or $.issue.key == \"HUB-1\": {fault.MessageText}");
        }
    }

    // Some JSON is no jsonb, such as texts with a zero: then what is beside it is looked at without it.
    private async Task<HashSet<long>> Matching(string sql, string path, (long Seq, string Text)[] some, CancellationToken ct)
    {
        if (some.Length == 0)
            return [];
        try
        {
            await using var part = await db.Begin(ct);
            var seqs = await db.List<long>(sql, new { path, seqs = some.Select(one => one.Seq).ToArray(), texts = some.Select(one => one.Text).ToArray() }, ct);
            await part.Commit(ct);
            return [.. seqs];
        }
        catch (PostgresException fault) when (fault.SqlState.StartsWith(BadInput, StringComparison.Ordinal))
        {
            var half = some.Length / 2;
            return half == 0 ? [] : [.. await Matching(sql, path, some[..half], ct), .. await Matching(sql, path, some[half..], ct)];
        }
        catch (PostgresException fault) when (fault.SqlState is PostgresErrorCodes.QueryCanceled)
        {
            throw new InvalidException("q", "takes too long to match; make the path simpler, or restrict the events by integration_id, event_type or since");
        }
    }

    private static string? Header(JsonElement headers, string name) => headers.TryGetProperty(name, out var value) ? value.GetString() : null;

    private sealed record Candidate(long Seq, int PayloadSize);

    private const string Patience = "set local statement_timeout = '5s'";

    private const string Probe = """
        select coalesce(jsonb_array_length(a.given) = 1 and jsonb_typeof(a.given -> 0) in ('boolean', 'null'), false)
        from (select jsonb_path_query_array('{}', @path::jsonpath, '{}', true) as given) a
        """;

    private const string SelectNext = $"""
        select e.seq, e.payload_size
        from webhooks.inbox_events e
        where {EventFilter.Sql} and (@before::bigint is null or e.seq < @before)
        order by e.seq desc
        limit @fetch
        """;

    private const string SelectEvents = $"""
        select {EventAnswer.Columns}, e.headers, e.payload as stored
        from webhooks.inbox_events e
        where e.seq = any(@seqs) and e.scope_path @> array[@scope]::bigint[]
        order by e.seq desc
        """;

    private const string MatchPredicate = """
        select d.seq from unnest(@seqs::bigint[], @texts::text[]) as d (seq, body)
        where jsonb_path_match(d.body::jsonb, @path::jsonpath, '{}', true)
        """;

    private const string MatchPath = """
        select d.seq from unnest(@seqs::bigint[], @texts::text[]) as d (seq, body)
        where jsonb_path_exists(d.body::jsonb, @path::jsonpath, '{}', true)
        """;
}
