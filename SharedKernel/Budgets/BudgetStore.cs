using System.Globalization;
using Hub.SharedKernel.Data;

namespace Hub.SharedKernel.Budgets;

/// <summary>The rows of one credential's limits, in the transaction of a <see cref="Db"/>.</summary>
internal sealed class BudgetStore(Db db, string credential, TimeProvider time)
{
    public const string Changed = "kernel_budgets";

    /// <summary>All limits, which nobody else changes until the transaction ends.</summary>
    public Task<IReadOnlyList<LimitState>> Lock(CancellationToken ct) => db.List<LimitState>(SelectForUpdate, new { credential }, ct);

    public Task<IReadOnlyList<LimitState>> Read(CancellationToken ct) => db.List<LimitState>(Select, new { credential }, ct);

    /// <summary>Makes rows for limits that have none. What another process made meanwhile stays.</summary>
    public Task Add(string type, IReadOnlyList<LimitKey> missing, CancellationToken ct) => db.Execute(Insert, new
    {
        credential,
        type,
        scopes = missing.Select(key => key.Scope).ToArray(),
        names = missing.Select(key => key.Name).ToArray(),
        now = time.GetUtcNow(),
    }, ct);

    public Task Write(IReadOnlyList<LimitState> limits, CancellationToken ct) => db.Execute(Update, new
    {
        credential,
        scopes = limits.Select(limit => limit.Scope).ToArray(),
        names = limits.Select(limit => limit.Name).ToArray(),
        capacities = limits.Select(limit => limit.Capacity).ToArray(),
        remainings = limits.Select(limit => limit.Remaining).ToArray(),
        refills = limits.Select(limit => limit.Refill).ToArray(),
        windows = limits.Select(limit => limit.WindowSeconds).ToArray(),
        resets = limits.Select(limit => Text(limit.ResetsAt)).ToArray(),
        pauses = limits.Select(limit => Text(limit.PausedUntil)).ToArray(),
        probes = limits.Select(limit => Text(limit.ProbeUntil)).ToArray(),
        steps = limits.Select(limit => limit.BackoffStep).ToArray(),
        observed = limits.Select(limit => Text(limit.ObservedAt)).ToArray(),
        now = time.GetUtcNow(),
    }, ct);

    /// <summary>Lets every process look again, once the transaction is committed.</summary>
    public Task Tell(CancellationToken ct) => db.Execute(Notify, new { Changed }, ct);

    // An array of times must not have nulls among them. Cut off, not rounded up: a pause that is over must not seem to go on.
    private static string? Text(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private const string Columns =
        "scope, name, capacity, remaining, refill, window_seconds, resets_at, paused_until, probe_until, backoff_step, observed_at";

    private const string Select = $"select {Columns} from kernel.rate_budgets where credential = @credential order by scope, name";

    private const string SelectForUpdate = $"{Select} for update";

    private const string Insert = """
        insert into kernel.rate_budgets (credential, scope, name, type, observed_at, updated_at)
        select @credential, scope, name, @type, @now, @now from unnest(@scopes, @names) as limits (scope, name)
        order by scope, name
        on conflict do nothing
        """;

    private const string Update = """
        update kernel.rate_budgets b
        set capacity = l.capacity, remaining = l.remaining, refill = l.refill, window_seconds = l.window_seconds, resets_at = l.resets_at::timestamptz,
            paused_until = l.paused_until::timestamptz, probe_until = l.probe_until::timestamptz, backoff_step = l.backoff_step,
            observed_at = l.observed_at::timestamptz, updated_at = @now
        from unnest(@scopes, @names, @capacities::int[], @remainings::int[], @refills::int[], @windows::double precision[], @resets::text[],
                @pauses::text[], @probes::text[], @steps::int[], @observed::text[])
            as l (scope, name, capacity, remaining, refill, window_seconds, resets_at, paused_until, probe_until, backoff_step, observed_at)
        where b.credential = @credential and b.scope = l.scope and b.name = l.name
        """;

    private const string Notify = "select pg_notify(@changed, '')";
}
