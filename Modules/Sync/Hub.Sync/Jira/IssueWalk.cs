namespace Hub.Sync.Jira;

/// <summary>The state of a walk over issues. The query stays the same to the end, because page tokens belong to it.</summary>
internal sealed record IssueWalk
{
    public required string Query { get; init; }
    public required bool Cloud { get; init; }

    /// <summary>What the query restricts to; the watermark holds for nothing else.</summary>
    public required byte[] QueryHash { get; init; }

    /// <summary>The site that is walked.</summary>
    public required long SiteKey { get; init; }

    /// <summary>A walk over everything, from which the end tells what is gone.</summary>
    public required bool FindsDeleted { get; init; }

    /// <summary>A walk in order of change: each page moves the watermark.</summary>
    public required bool InOrderOfChange { get; init; }

    /// <summary>The hub's clock when the walk began.</summary>
    public required DateTimeOffset Began { get; init; }

    /// <summary>The provider's clock then: what changes later may have been passed already.</summary>
    public DateTimeOffset? RemoteBegan { get; init; }

    /// <summary>Null once the walk is through.</summary>
    public WalkPosition? Position { get; init; } = new();

    /// <summary>The newest change that this walk stored.</summary>
    public DateTimeOffset? Newest { get; init; }

    /// <summary>Whether every page began where the one before ended; only then may a page move the watermark before the walk is through.</summary>
    public bool Ordered { get; init; } = true;

    /// <summary>Why this walk cannot tell what is gone.</summary>
    public string? Doubt { get; init; }

    /// <summary>How many values did not fit the mapping of their field, by the field's name.</summary>
    public IReadOnlyDictionary<string, int> Misfits { get; init; } = new Dictionary<string, int>();

    /// <summary>What a person should know of it; null when all is well.</summary>
    public string? Remark => Misfits.Count == 0 ? null
        : "Values that did not fit their field mapping are null: "
            + string.Join(", ", Misfits.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key} ({one.Value})")) + ".";

    /// <summary>Ids that the walk did not meet and that are there all the same.</summary>
    public IReadOnlyList<string> StillThere { get; init; } = [];

    /// <summary>How far the watermark may go once everything is stored.</summary>
    public DateTimeOffset? Reached => InOrderOfChange || RemoteBegan is not { } began || Newest is not { } newest || newest < began ? Newest : began;

    public IssueWalk After(IssuePage page, ReadIssues read) => this with
    {
        Position = page.Next,
        Newest = read.Newest > Newest || Newest is null ? read.Newest ?? Newest : Newest,
        Ordered = Ordered && !(read.Oldest < Newest),
        Misfits = read.Misfits.Count == 0 ? Misfits
            : Misfits.Concat(read.Misfits).GroupBy(one => one.Key, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.Sum(one => one.Value)),
        Doubt = Doubt ?? page.Doubt ?? (read.Unreadable > 0 ? "some issues could not be read" : null),
    };
}
