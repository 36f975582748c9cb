namespace Hub.FakeJira;

/// <summary>How transitions behave. Without changes each status leads to each other, without conditions or screens.</summary>
public sealed class Workflow
{
    /// <summary>Steps into a Done status have a screen on which a resolution must be chosen.</summary>
    public bool RequireResolution { get; set; }

    /// <summary>A condition on the step from an issue's state to a status. A step that is not allowed is not listed and is refused.</summary>
    public Func<Issue, Status, bool>? Allows { get; set; }

    /// <summary>Called after a transition was looked at and before it is made: what changes the issue's status here makes it a 409.</summary>
    public Action<Issue>? BeforeStep { get; set; }

    internal bool HasScreen(Status to) => RequireResolution && to.Category == StatusCategory.Complete;

    internal bool Available(Issue issue, Status to) => Allows?.Invoke(issue, to) ?? true;

    internal static IEnumerable<Status> From(Issue issue) => Status.All.Where(s => s.Id != issue.Status.Id);
}
