using Hub.Sync.Github.Streams;

namespace Hub.Sync.Github.Commits;

/// <summary>Where a walk over the commits of all branches stands.</summary>
internal sealed class CommitWalk : WalkState
{
    /// <summary>Every branch is read anew, whatever is stored.</summary>
    public bool Full { get; set; }

    /// <summary>The default branch's head when the walk began.</summary>
    public string? DefaultHead { get; set; }

    /// <summary>What the default branch reaches must be found out anew: it was rewritten, or another branch is the default now.</summary>
    public bool Rewritten { get; set; }

    /// <summary>The first branch was taken.</summary>
    public bool Begun { get; set; }

    /// <summary>Branches come in order of their ids after the default branch; this one was the last.</summary>
    public long After { get; set; }

    /// <summary>The branch that is read now; 0 between branches.</summary>
    public long Branch { get; set; }

    public string? Name { get; set; }

    public string? Head { get; set; }

    /// <summary>Everything that this commit reaches is stored.</summary>
    public string? Walked { get; set; }

    public bool IsDefault { get; set; }

    public WalkStep Step { get; set; }

    /// <summary>The page to be read.</summary>
    public string? Next { get; set; }
}

/// <summary>How the commits of a branch are found; the next one is taken when one does not work.</summary>
internal enum WalkStep
{
    /// <summary>Compared with where it pointed to at the last walk.</summary>
    FromWalked,

    /// <summary>Compared with the default branch.</summary>
    FromDefault,

    /// <summary>Everything that its head reaches.</summary>
    List,
}
