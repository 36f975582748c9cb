using System.Diagnostics;
using Hub.SharedKernel.Data;
using Hub.SharedKernel.Workers;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Sync.Tickets;

/// <summary>
/// Indexes the words of tickets that changed, a small batch at a time and resting as long as it worked, so that a running sync keeps the database. Two
/// indexers never take the same row, and one that read an older version of a ticket does not win.
/// </summary>
internal sealed class TicketIndexer(WorkerContext context) : Worker(context)
{
    private const int Batch = 250;

    protected override string Channel => "hub_ticket_search_due";

    public override async Task<int> Tick(CancellationToken ct)
    {
        var began = Stopwatch.GetTimestamp();
        await using var scope = Scopes.CreateAsyncScope();
        var indexed = await scope.ServiceProvider.GetRequiredService<Db>().One<int>(Index, new { batch = Batch }, ct);
        if (indexed == Batch)
            await Task.Delay(Stopwatch.GetElapsedTime(began), Time, ct);
        return indexed;
    }

    private const string Index = """
        with due as (
            delete from sync.ticket_search_due
            where ctid = any (array(select ctid from sync.ticket_search_due limit @batch for update skip locked))
            returning ticket_id
        ), indexed as (
            insert into sync.ticket_search as s (ticket_id, version, words)
            select id, version, sync.ticket_words(key, summary, description)
            from sync.tickets
            where id in (select ticket_id from due)
            order by id
            on conflict (ticket_id) do update set version = excluded.version, words = excluded.words
            where excluded.version > s.version
        )
        select count(*)::int from due
        """;
}
