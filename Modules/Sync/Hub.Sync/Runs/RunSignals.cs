namespace Hub.Sync.Runs;

/// <summary>NOTIFY channels of the runs.</summary>
internal static class RunSignals
{
    /// <summary>There may be a run to work on.</summary>
    public const string Queued = "sync_run_queued";

    /// <summary>A run moved: who shows runs should look.</summary>
    public const string Moved = "sync_run_moved";

    /// <summary>A run was taken from whoever works on it: look whether it was yours.</summary>
    public const string Taken = "sync_run_taken";

    /// <summary>Something was told that a run has to read.</summary>
    public const string Wanted = "sync_read_wanted";
}
