using Hub.SharedKernel.Data;
using Npgsql;

namespace Hub.Webhooks.Retention;

/// <summary>
/// Makes and drops the partitions of one table. Of all hubs one at a time does so, and none waits long for a lock, for whoever writes would wait behind it:
/// what cannot be had now is done in a later round.
/// </summary>
internal sealed class DailyPartitions(Db db, DailyTable table)
{
    private const int DaysAhead = 7;
    private const int Bite = 1000;

    /// <summary>Makes those of today and the next days, and those of rows that came without one.</summary>
    /// <returns>How many were made.</returns>
    public async Task<int> KeepAhead(DateTimeOffset now, CancellationToken ct)
    {
        var wanted = (await db.List<DateOnly>(SelectStray, new { table.Name, table.Key }, ct))
            .Concat(Enumerable.Range(0, DaysAhead + 1).Select(DateOnly.FromDateTime(now.UtcDateTime).AddDays))
            .Except(await Days(ct)).ToArray();
        return wanted.Length == 0 ? 0 : await Alone(async () =>
        {
            foreach (var day in wanted)
                await db.Execute(AddDay, new { table.Name, table.Key, day }, ct);
            return wanted.Length;
        }, ct);
    }

    /// <summary>Moves rows that are worth keeping out of the days whose time is over, and drops those days.</summary>
    /// <returns>How many rows were moved and days dropped.</returns>
    public async Task<int> DropOld(DateTimeOffset now, CancellationToken ct)
    {
        var done = 0;
        foreach (var day in (await Days(ct)).Where(day => table.IsOver(day, now)))
        {
            var facts = new { table.Name, day, today = DateOnly.FromDateTime(now.UtcDateTime), worthSince = now - table.WorthKeptFor, bite = Bite };
            if (table.Rescue is { } rescue)
                for (var moved = Bite; moved == Bite; done += moved)
                    moved = await db.Execute(rescue, facts, ct);
            if (!await Remains(facts, ct))
                done += await Alone(async () => (await Days(ct)).Contains(day) ? await Drop(facts, ct) : 0, ct);
        }

        return done;
    }

    private async Task<int> Drop(object facts, CancellationToken ct)
    {
        await db.Execute(LockDay, facts, ct);
        if (await Remains(facts, ct))
            return 0;
        if (table.BeforeDrop is { } before)
            await db.Execute(before, facts, ct);
        await db.Execute(DropDay, facts, ct);
        return 1;
    }

    private async Task<bool> Remains(object facts, CancellationToken ct) => table.Remains is { } remains && await db.One<bool>(remains, facts, ct);

    private Task<IReadOnlyList<DateOnly>> Days(CancellationToken ct) => db.List<DateOnly>(SelectDays, new { table.Name }, ct);

    private async Task<int> Alone(Func<Task<int>> work, CancellationToken ct)
    {
        try
        {
            await using var tx = await db.Begin(ct);
            if (!await db.One<bool>(TryAlone, null, ct))
                return 0;
            await db.Execute(BeQuick, null, ct);
            var done = await work();
            await tx.Commit(ct);
            return done;
        }
        catch (PostgresException fault) when (fault.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
        {
            return 0;
        }
    }

    private const string SelectStray = "select webhooks.stray_days(@name, @key)";

    private const string SelectDays = "select day from webhooks.days_of(@name) order by day";

    private const string AddDay = "select webhooks.add_day(@name, @key, @day)";

    private const string LockDay = "select webhooks.lock_day(@name, @day)";

    private const string DropDay = "select webhooks.drop_day(@name, @day)";

    private const string TryAlone = "select pg_try_advisory_xact_lock(hashtextextended('webhooks.retention', 0))";

    private const string BeQuick = "set local lock_timeout = '300ms'";
}
