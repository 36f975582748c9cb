using Hub.SharedKernel.Outbound;

namespace Hub.SharedKernel.Budgets.Dialects;

/// <summary>
/// Any HTTP API: <c>Retry-After</c> with 429; <c>RateLimit</c> with <c>RateLimit-Policy</c>; else <c>RateLimit-Limit/-Remaining/-Reset</c>, with and without
/// <c>X-</c>. Which calls share a limit nobody tells, so all do.
/// </summary>
internal sealed class GenericDialect : IBudgetDialect
{
    public const string Requests = "requests";
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(30);
    private static readonly string[] Prefixes = ["RateLimit", "X-RateLimit", "X-Rate-Limit"];

    public IReadOnlyList<Draw> Draws(OutboundRequest request) => [];

    public IReadOnlyList<LimitReading> Read(OutboundRequest request, OutboundResponse response, DateTimeOffset now)
    {
        var told = response.Policies().ToList();
        if (told.Count == 0 && Plain(response, now) is { } plain)
            told.Add(plain);
        if (response.Status == 429)
            told.Add(Refusal(response, "", Requests, now, FirstBackoff));
        return told;
    }

    /// <summary>What a 429 asks for: its <c>Retry-After</c>, else the end of a window that is used up.</summary>
    public static LimitReading Refusal(OutboundResponse response, string scope, string name, DateTimeOffset now, TimeSpan firstBackoff)
    {
        var asked = response.RetryAfter(now)
            ?? Prefixes.Select(prefix => response.Reset($"{prefix}-Reset", now)).FirstOrDefault(reset => reset > TimeSpan.Zero);
        return new LimitReading(scope, name) { Pause = asked, Backoff = asked is null ? firstBackoff : null };
    }

    private static LimitReading? Plain(OutboundResponse response, DateTimeOffset now)
    {
        foreach (var prefix in Prefixes)
            if (response.Number($"{prefix}-Remaining") is { } left)
                return new LimitReading("", Requests)
                {
                    Capacity = response.Number($"{prefix}-Limit"), Remaining = left, ResetsIn = response.Reset($"{prefix}-Reset", now),
                };
        return null;
    }
}
