namespace Hub.Sync.Changes;

/// <summary>How long what happened is kept. Configuration section <c>Hub:Sync</c>.</summary>
internal sealed class RetentionOptions
{
    /// <summary>Entries of a ticket's history, in days.</summary>
    public double HistoryDays { get; set; } = 365;

    /// <summary>The change feed, in days; whoever polls less often must begin anew.</summary>
    public double ChangesDays { get; set; } = 30;
}
