namespace Hub.Sync.Jira.Census;

/// <summary>What a census does next.</summary>
internal enum CensusPhase
{
    /// <summary>Reads ids, page by page.</summary>
    Count,

    /// <summary>Nothing: the page after the last ids is fetched before those are stored.</summary>
    Turn,

    /// <summary>Reads issues that are there and not stored, or stored as deleted.</summary>
    Recover,
}

/// <summary>The state of a census.</summary>
internal sealed record CensusWalk
{
    public required string Query { get; init; }
    public required bool Cloud { get; init; }
    public required long SiteKey { get; init; }

    /// <summary>The hub's clock when it began.</summary>
    public required DateTimeOffset Began { get; init; }
    public CensusPhase Phase { get; init; }

    /// <summary>Where the walk over ids goes on.</summary>
    public WalkPosition Position { get; init; } = new();

    /// <summary>The last id that was recovered.</summary>
    public string After { get; init; } = "";

    /// <summary>Why it cannot tell what is gone.</summary>
    public string? Doubt { get; init; }

    /// <summary>Ids that the walk did not meet and that are there all the same.</summary>
    public IReadOnlyList<string> StillThere { get; init; } = [];
}
