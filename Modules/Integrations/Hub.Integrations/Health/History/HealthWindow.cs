using Hub.SharedKernel.Problems;

namespace Hub.Integrations.Health.History;

/// <summary>How long the slots of history are.</summary>
internal static class Grain
{
    public const string FiveMinutes = "five_minutes";
    public const string Hour = "hour";
    public const string Day = "day";

    private static readonly TimeSpan Short = TimeSpan.FromMinutes(5);

    public static TimeSpan Length(string grain) => grain switch
    {
        FiveMinutes => Short,
        Hour => TimeSpan.FromHours(1),
        _ => TimeSpan.FromDays(1),
    };

    /// <summary>The slot that holds a time, by its beginning in UTC.</summary>
    public static DateTimeOffset SlotOf(DateTimeOffset at, string grain) => new(at.UtcTicks - (at.UtcTicks % Length(grain).Ticks), TimeSpan.Zero);
}

/// <summary>A stretch of history up to now. It begins with the slot that its first moment lies in, so it is never shorter than its name.</summary>
/// <param name="Name">1h, 24h, 7d or 30d.</param>
/// <param name="Fine">The grain it is read in until whole days follow.</param>
/// <param name="Since">The beginning of its first slot.</param>
/// <param name="WholeDays">From here on it is read by days.</param>
internal sealed record HealthWindow(string Name, string Fine, DateTimeOffset Since, DateTimeOffset WholeDays)
{
    public const string Hour = "1h";
    public const string Day = "24h";
    public const string Week = "7d";
    public const string Month = "30d";

    /// <exception cref="InvalidException">It is none of the allowed ones.</exception>
    public static HealthWindow Of(string name, DateTimeOffset now, params ReadOnlySpan<string> allowed)
    {
        if (!allowed.Contains(name))
            throw new InvalidException("window", $"must be one of {string.Join(", ", allowed!)}");
        return Of(name, now);
    }

    public static HealthWindow Of(string name, DateTimeOffset now)
    {
        var never = now.AddDays(2);
        switch (name)
        {
            case Hour:
                return new HealthWindow(name, Grain.FiveMinutes, Grain.SlotOf(now.AddHours(-1), Grain.FiveMinutes), never);
            case Day:
                return new HealthWindow(name, Grain.Hour, Grain.SlotOf(now.AddDays(-1), Grain.Hour), never);
            case Week:
                var since = Grain.SlotOf(now.AddDays(-7), Grain.Hour);
                return new HealthWindow(name, Grain.Hour, since, Grain.SlotOf(since, Grain.Day).AddDays(1));
            default:
                var first = Grain.SlotOf(now.AddDays(-30), Grain.Day);
                return new HealthWindow(name, Grain.Day, first, first);
        }
    }
}
