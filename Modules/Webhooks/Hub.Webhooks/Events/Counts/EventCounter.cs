using Hub.SharedKernel.Data;
using Hub.SharedKernel.Workers;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Hub.Webhooks.Events.Counts;

/// <summary>Counts what is done with ahead of those who ask, see <see cref="EventCounts"/>. Any number of hubs may do so: who comes second gives up.</summary>
internal sealed class EventCounter(WorkerContext context) : Worker(context)
{
    /// <summary>With more open than this, counting waits: the list of them would be worth less than it costs.</summary>
    private const int MostOpen = 10_000;

    /// <summary>So that a step takes a second or two however much there is to catch up with.</summary>
    private const int MostAtOnce = 1_000_000;
    private Place? ahead;

    /// <param name="Number">The last that was given out.</param>
    /// <param name="Transaction">One that began later. When all before it have ended, nothing up to the number is still to appear.</param>
    private sealed record Place(long Number, long Transaction);

    private sealed record Counted(long UpTo, long[] Open);

    protected override string Channel => "hub_event_counts";

    protected override TimeSpan Idle => TimeSpan.FromSeconds(10);

    public override async Task<int> Tick(CancellationToken ct)
    {
        await using var scope = Scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Db>();
        var more = false;
        if (ahead is { } place && await db.One<bool>(HaveEnded, new { place.Transaction }, ct))
        {
            ahead = null;
            try
            {
                more = await Count(db, place.Number, ct);
            }
            catch (PostgresException fault) when (fault.SqlState is PostgresErrorCodes.SerializationFailure)
            {
                // Another hub was faster.
            }
        }

        // The number first: what takes a later one does not matter.
        ahead ??= new Place(await db.One<long>(SelectNumber, null, ct), await db.One<long>(SelectTransaction, null, ct));
        return more ? 1 : 0;
    }

    /// <returns>Whether there is more to count.</returns>
    private static async Task<bool> Count(Db db, long last, CancellationToken ct)
    {
        await using var tx = await db.Begin(ct);
        await db.Execute(OneSnapshot, null, ct);
        var before = await db.One<Counted>(LockCounted, null, ct);
        var days = (await db.List<DateOnly>(TakeRecounts, null, ct)).Distinct().ToArray();
        var upTo = Math.Clamp(last, before.UpTo, before.UpTo + MostAtOnce);
        if (upTo == before.UpTo && days.Length == 0 && before.Open.Length == 0)
            return false;
        var open = (await db.List<long>(SelectOpen, new { upTo, most = MostOpen + 1 }, ct)).ToArray();
        if (open.Length > MostOpen)
            return false;
        var facts = new { upTo, from = before.UpTo, were = before.Open, open, days };
        await db.Execute(Forget, facts, ct);
        await db.Execute(Add, facts, ct);
        await db.Execute(Store, facts, ct);
        await tx.Commit(ct);
        return upTo < last || days.Length > 0;
    }

    // A sequence that gave none out yet shows the one that it will give.
    private const string SelectNumber = "select case when is_called then last_value else last_value - 1 end from webhooks.inbox_events_numbers";

    private const string SelectTransaction = "select pg_snapshot_xmax(pg_current_snapshot())::text::bigint";

    private const string HaveEnded = "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint >= @transaction";

    private const string OneSnapshot = "set transaction isolation level repeatable read";

    private const string LockCounted = "select up_to, open from webhooks.inbox_counted for update";

    // One day at a time, and only what this snapshot sees: a change that commits later keeps its mark, and its day is counted again.
    private const string TakeRecounts = "delete from webhooks.inbox_recounts where day = (select min(day) from webhooks.inbox_recounts) returning day";

    private const string SelectOpen = "select seq from webhooks.inbox_events where status in ('pending', 'failed', 'processing') and seq <= @upTo limit @most";

    private const string Forget = "delete from webhooks.inbox_counts where day = any(@days)";

    private const string Add = """
        insert into webhooks.inbox_counts as c (day, integration_id, integration_type, scope_path, status, events, first_received_at)
        select day, integration_id, integration_type, scope_path, status, count(*), min(received_at)
        from (
            select day, integration_id, integration_type, scope_path, status, received_at from webhooks.inbox_events
            where day = any(@days) and seq <= @upTo and status in ('processed', 'ignored', 'dead')
            union all
            select day, integration_id, integration_type, scope_path, status, received_at from webhooks.inbox_events
            where day <> all(@days) and seq > @from and seq <= @upTo and status in ('processed', 'ignored', 'dead')
            union all
            select day, integration_id, integration_type, scope_path, status, received_at from webhooks.inbox_events
            where day <> all(@days) and seq = any(@were) and status in ('processed', 'ignored', 'dead')
        ) done
        group by day, integration_id, integration_type, scope_path, status
        on conflict (day, integration_id, integration_type, scope_path, status) do update
        set events = c.events + excluded.events, first_received_at = least(c.first_received_at, excluded.first_received_at)
        """;

    private const string Store = "update webhooks.inbox_counted set up_to = @upTo, open = @open";
}
