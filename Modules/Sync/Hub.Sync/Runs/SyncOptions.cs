namespace Hub.Sync.Runs;

/// <summary>Configuration section <c>Hub:Sync</c>.</summary>
internal sealed class SyncOptions
{
    /// <summary>A full run that would delete more than this share of the stored tickets, in percent, waits for approval.</summary>
    public double DeleteGuardPercent { get; set; } = 15;

    /// <summary>Runs that one process works on at once.</summary>
    public int Parallelism { get; set; } = 4;

    /// <summary>Issues asked for per page; Jira may give fewer.</summary>
    public int PageSize { get; set; } = 100;

    /// <summary>A walk of more pages than this is broken off as endless.</summary>
    public int MaxPages { get; set; } = 200_000;

    /// <summary>How long a run stays with a process that gives no sign of life, in seconds.</summary>
    public double LeaseSeconds { get; set; } = 30;

    /// <summary>The first wait after a failure that may pass, in seconds; it doubles with each further one.</summary>
    public double RetrySeconds { get; set; } = 2;

    /// <summary>How long a run may keep its place while others wait, in seconds; it goes on from its checkpoint when it is its turn again.</summary>
    public double SliceSeconds { get; set; } = 5;

    /// <summary>How often an incremental run compares all ids with the site's, in hours; 0 leaves that to full runs.</summary>
    public double CensusHours { get; set; } = 24;

    /// <summary>
    /// How long after events that told all there is a run looks whether they did, in minutes; one however many events. 0 leaves that to schedules.
    /// </summary>
    public double EventReadMinutes { get; set; } = 15;

    public TimeSpan Lease => TimeSpan.FromSeconds(LeaseSeconds);
}
