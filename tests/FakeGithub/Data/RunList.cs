namespace Hub.FakeGithub;

/// <summary>
/// A run of a workflow. <see cref="Status"/>: <c>queued</c>, <c>in_progress</c>, <c>completed</c>; <see cref="Conclusion"/>: <c>success</c>,
/// <c>failure</c>, <c>cancelled</c>, <c>skipped</c>, <c>timed_out</c>, or null until it is completed.
/// </summary>
public sealed record GithubRun
{
    public required long Id { get; init; }
    public required int Number { get; init; }
    public required string HeadBranch { get; init; }
    public required string HeadSha { get; init; }
    public required DateTimeOffset Created { get; init; }
    public required DateTimeOffset Updated { get; init; }
    public string Name { get; init; } = "CI";
    public string Path { get; init; } = ".github/workflows/ci.yml";
    public string Event { get; init; } = "push";
    public string Status { get; init; } = "completed";
    public string? Conclusion { get; init; } = "success";
    public int Attempt { get; init; } = 1;
    public string Title { get; init; } = "";
    public GithubUser Actor { get; init; } = GithubUser.Colleagues[0];
}

/// <summary>The workflow runs of a repository.</summary>
public sealed class RunList
{
    readonly GithubRepository repository;
    readonly Numbered<GithubRun> runs;

    internal RunList(GithubRepository repository)
    {
        this.repository = repository;
        runs = new Numbered<GithubRun>(repository.Gate, "workflow run");
    }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<GithubRun> All => runs.All;

    public GithubRun? Find(long id) => runs.TryGet(id, out var run) ? run : null;

    public GithubRun Add(string? branch = null, Func<GithubRun, GithubRun>? shape = null) => repository.Change(told =>
    {
        var run = Make(branch ?? repository.DefaultBranch, shape);
        told.Add(repository.Event("workflow_run", run.Status == "completed" ? "completed" : "requested") with { Run = run });
        return run;
    });

    public GithubRun Update(long id, Func<GithubRun, GithubRun> change) => repository.Change(told =>
    {
        var run = runs[id] = change(runs[id]) with { Updated = repository.Now() };
        told.Add(repository.Event("workflow_run", run.Status == "completed" ? "completed" : "in_progress") with { Run = run });
        return run;
    });

    internal GithubRun Make(string branch, Func<GithubRun, GithubRun>? shape)
    {
        var tip = repository.Git.Resolve(branch) ?? throw new KeyNotFoundException($"The fake GitHub has no branch '{branch}' here.");
        var now = repository.Now();
        var blank = new GithubRun
        {
            Id = repository.NextId(), Number = runs.All.Length + 1, HeadBranch = branch, HeadSha = tip.Sha, Created = now, Updated = now,
            Title = tip.Message.Split('\n')[0],
        };
        var run = shape is null ? blank : shape(blank);
        return runs[run.Id] = run;
    }
}
