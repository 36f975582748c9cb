namespace Hub.Webhooks.Retention;

/// <summary>A table of this module that is partitioned by the day (UTC), with a default partition named <c>{name}_default</c>.</summary>
/// <param name="Name">Without its schema.</param>
/// <param name="Key">The column of the partition key: a <c>date</c>, or a <c>timestamptz</c>.</param>
/// <param name="KeptFor">A day goes when its end is this long ago.</param>
internal sealed record DailyTable(string Name, string Key, TimeSpan KeptFor)
{
    /// <summary>Rows that are worth keeping may be kept this long, as <c>@worthSince</c> tells the statements below.</summary>
    public TimeSpan WorthKeptFor { get; init; } = KeptFor;

    /// <summary>
    /// Moves at most <c>@bite</c> rows that are worth keeping from <c>@day</c> to <c>@today</c>; the count of affected rows is how many. Null where all rows of
    /// a day go.
    /// </summary>
    public string? Rescue { get; init; }

    /// <summary>Answers whether <c>@day</c> still holds rows that must not go. Asked once more while nobody else can write them.</summary>
    public string? Remains { get; init; }

    /// <summary>Runs in the transaction that drops <c>@day</c>, before it does.</summary>
    public string? BeforeDrop { get; init; }

    public bool IsOver(DateOnly day, DateTimeOffset now) =>
        new DateTimeOffset(day.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) + KeptFor <= now;
}
