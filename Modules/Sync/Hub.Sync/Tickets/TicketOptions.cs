namespace Hub.Sync.Tickets;

/// <summary>Configuration section <c>Hub:Tickets</c>.</summary>
internal sealed class TicketOptions
{
    /// <summary>How long a request waits to learn what became of a creation, in seconds.</summary>
    public double AnswerSeconds { get; set; } = 20;

    /// <summary>How long a single call may take, in seconds; after that nobody knows what became of it.</summary>
    public double CallSeconds { get; set; } = 12;

    /// <summary>The first wait before a lost issue is looked for, in seconds; it doubles up to a minute.</summary>
    public double LookSeconds { get; set; } = 1;

    /// <summary>How long a lost issue is looked for before it counts as never made, in minutes: search shows what was written only after a while.</summary>
    public double AbsenceMinutes { get; set; } = 15;

    public TimeSpan Answer => TimeSpan.FromSeconds(AnswerSeconds);

    public TimeSpan Call => TimeSpan.FromSeconds(CallSeconds);

    public TimeSpan Absence => TimeSpan.FromMinutes(AbsenceMinutes);

    /// <param name="looks">How many times it was looked for in vain.</param>
    public TimeSpan Look(int looks) => TimeSpan.FromSeconds(Math.Min(60, LookSeconds * Math.Pow(2, Math.Min(looks, 10))));
}
