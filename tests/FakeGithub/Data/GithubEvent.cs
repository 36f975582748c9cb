namespace Hub.FakeGithub;

/// <summary>Something that happened, as webhooks tell it: the event's name, its action if it has one, and what it is about.</summary>
public sealed record GithubEvent(GithubRepository Repository, string Name, string? Action, GithubUser Actor)
{
    public GithubPull? Pull { get; init; }
    public GithubIssue? Issue { get; init; }
    public GithubComment? Comment { get; init; }
    public GithubReview? Review { get; init; }
    public GithubRelease? Release { get; init; }
    public GithubRun? Run { get; init; }

    /// <summary>Push: the full name (<c>refs/heads/main</c>); create and delete: the short one.</summary>
    public string? Ref { get; init; }

    public string? RefType { get; init; }
    public string? Before { get; init; }
    public string? After { get; init; }

    /// <summary>What an edit or a move replaced, in GitHub's <c>changes</c> form.</summary>
    public object? Changes { get; init; }
}
