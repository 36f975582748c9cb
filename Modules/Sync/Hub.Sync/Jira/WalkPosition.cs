namespace Hub.Sync.Jira;

/// <summary>Where a walk continues: a page token (Cloud) or an offset (Data Center). Part of a run's checkpoint.</summary>
internal sealed record WalkPosition
{
    /// <summary>Cloud: the token of the page to read; null for the first.</summary>
    public string? Token { get; init; }

    /// <summary>Data Center: the offset of the page to read.</summary>
    public long StartAt { get; init; }

    /// <summary>Data Center: how many issues there were at the page before.</summary>
    public long? Total { get; init; }

    /// <summary>Data Center: the last ids of the page before, which the next one must show again: nothing slipped between the two.</summary>
    public IReadOnlyList<string>? Tail { get; init; }

    /// <summary>Data Center: how far to go back when the next page does not show them; doubles each time.</summary>
    public int StepBack { get; init; }

    /// <summary>Pages read so far.</summary>
    public int Pages { get; init; }
}
