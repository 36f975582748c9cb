using Hub.SharedKernel.Data;

namespace Hub.Integrations.Health.History;

/// <summary>
/// Adds observations up, a slot of each grain per integration. A busy integration costs the same three rows whether it is called once or a million times.
/// </summary>
internal sealed class HealthSlots(Db db)
{
    /// <summary>Nothing happens when the integration is gone.</summary>
    public Task Count(long integrationId, Observation seen, double? latencyMs, CancellationToken ct) => db.Execute(Add, new
    {
        integrationId,
        fiveMinutes = Grain.SlotOf(seen.At, Grain.FiveMinutes),
        hour = Grain.SlotOf(seen.At, Grain.Hour),
        day = Grain.SlotOf(seen.At, Grain.Day),
        failed = seen.Ok ? 0 : 1,
        throttled = seen.Reason is FailureReason.RateLimited ? 1 : 0,
        latency = LatencyClasses.One(latencyMs),
        element = LatencyClasses.ElementOf(latencyMs),
    }, ct);

    private const string Add = """
        insert into integrations.health_slots as s (integration_id, grain, at, calls, failures, throttled, latency)
        select i.id, w.grain, w.at, 1, @failed, @throttled, @latency::int[]
        from integrations.integrations i
        cross join (values ('five_minutes', @fiveMinutes::timestamptz), ('hour', @hour), ('day', @day)) as w (grain, at)
        where i.id = @integrationId
        for key share of i
        on conflict (integration_id, grain, at) do update
        set calls = s.calls + 1, failures = s.failures + excluded.failures, throttled = s.throttled + excluded.throttled,
            latency[@element] = coalesce(s.latency[@element], 0) + 1
        """;
}

/// <summary>What a stretch of history adds up to.</summary>
/// <param name="Calls">Tests and calls.</param>
/// <param name="Failures">Those that failed, throttled ones included.</param>
/// <param name="Throttled">Those that the provider held back.</param>
/// <param name="Latency">By class, see <see cref="LatencyClasses"/>.</param>
internal sealed record HealthFigures(long Calls, long Failures, long Throttled, IReadOnlyList<long> Latency)
{
    public static readonly HealthFigures None = new(0, 0, 0, []);

    /// <summary>Share of tests and calls that found the provider working, in percent; being throttled is working. Null without any.</summary>
    public double? Uptime => Calls == 0 ? null : Math.Round(100.0 * (Calls - Failures + Throttled) / Calls, 3);

    /// <summary>0 to 1; null without calls.</summary>
    public double? ErrorRate => Calls == 0 ? null : Math.Round((double)Failures / Calls, 5);
}

/// <summary>One slot of one integration.</summary>
internal sealed record HealthSlot(DateTimeOffset At, long Calls, long Failures, long Throttled, long[] Latency)
{
    public const string Columns = "at, calls, failures, throttled, array_replace(latency, null, 0)::bigint[] as latency";

    public static HealthFigures Sum(IEnumerable<HealthSlot> slots)
    {
        var (calls, failures, throttled, latency) = (0L, 0L, 0L, new long[LatencyClasses.Count + 1]);
        foreach (var slot in slots)
        {
            (calls, failures, throttled) = (calls + slot.Calls, failures + slot.Failures, throttled + slot.Throttled);
            LatencyClasses.Add(latency, slot.Latency);
        }

        return new HealthFigures(calls, failures, throttled, latency);
    }
}
