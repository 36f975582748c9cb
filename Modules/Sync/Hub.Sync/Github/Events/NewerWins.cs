namespace Hub.Sync.Github.Events;

/// <summary>What to do with a state that an event tells.</summary>
internal enum Standing
{
    /// <summary>It is newer than what is stored.</summary>
    Newer,

    /// <summary>Both are of the same moment by the provider's clock: it is taken, and reading tells which was the last.</summary>
    SameMoment,

    /// <summary>What is stored is newer: it stays.</summary>
    Older,
}

/// <summary>
/// Events come late, twice and out of order: the provider's own time of update decides. GitHub counts in seconds, so of two states of one second the one that
/// is further on in the life of the record counts as the newer one, whichever comes first.
/// </summary>
internal static class NewerWins
{
    /// <param name="stored">Time of update and stage of what is stored; null when nothing is.</param>
    /// <param name="at">The provider's time of update of what is told.</param>
    /// <param name="stage">How far on it is.</param>
    public static Standing Of((DateTimeOffset At, int Stage)? stored, DateTimeOffset at, int stage) => stored is not { } known ? Standing.Newer
        : at.CompareTo(known.At) switch
        {
            > 0 => Standing.Newer,
            < 0 => Standing.Older,
            _ => stage.CompareTo(known.Stage) switch { > 0 => Standing.Newer, < 0 => Standing.Older, _ => Standing.SameMoment },
        };

    /// <summary>A pull request goes from open to closed; once merged it stays so.</summary>
    public static int StageOfPull(string state) => state switch { "merged" => 2, "closed" => 1, _ => 0 };

    /// <summary>A run of a workflow is queued, in progress and completed in each attempt.</summary>
    public static int StageOfRun(string status, int attempt) => attempt * 3 + status switch { "completed" => 2, "in_progress" => 1, _ => 0 };
}
