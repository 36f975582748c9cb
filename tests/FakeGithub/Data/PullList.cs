using System.Collections.Immutable;

namespace Hub.FakeGithub;

/// <summary>One state of one pull request. Its commits are those that its head has over the base as it was when opened.</summary>
public sealed record GithubPull
{
    public required long Id { get; init; }
    public required int Number { get; init; }
    public required string HeadRef { get; init; }
    public required string HeadSha { get; init; }
    public required string BaseRef { get; init; }
    public required string BaseSha { get; init; }
    public required DateTimeOffset Created { get; init; }
    public required DateTimeOffset Updated { get; init; }

    public string Title { get; init; } = "";
    public string? Body { get; init; }
    public bool Open { get; init; } = true;
    public bool Draft { get; init; }

    /// <summary>Null when the account is gone: the API then shows <c>ghost</c> or null.</summary>
    public GithubUser? User { get; init; }

    /// <summary>The fork that the head was in does not exist any more: <c>head.repo</c> is null.</summary>
    public bool ForkGone { get; init; }

    public DateTimeOffset? Closed { get; init; }
    public DateTimeOffset? Merged { get; init; }
    public GithubUser? MergedBy { get; init; }
    public string? MergeCommitSha { get; init; }
    public ImmutableArray<string> Labels { get; init; } = [];
    public ImmutableArray<GithubUser> Assignees { get; init; } = [];
    public ImmutableArray<GithubUser> RequestedReviewers { get; init; } = [];
}

/// <summary><see cref="State"/>: <c>APPROVED</c>, <c>CHANGES_REQUESTED</c>, <c>COMMENTED</c>, <c>DISMISSED</c>, <c>PENDING</c>.</summary>
public sealed record GithubReview(long Id, int Pull, GithubUser? User, string State, string Body, string CommitSha, DateTimeOffset Submitted);

public enum MergeMethod { Merge, Squash }

/// <summary>The pull requests of a repository.</summary>
public sealed class PullList
{
    readonly GithubRepository repository;
    readonly Numbered<GithubPull> pulls;
    readonly Dictionary<int, ImmutableArray<GithubReview>> reviews = [];
    readonly HashSet<string> heads = [];
    readonly HashSet<string> computed = [];

    internal PullList(GithubRepository repository)
    {
        this.repository = repository;
        pulls = new Numbered<GithubPull>(repository.Gate, "pull request");
    }

    public IReadOnlyList<GithubPull> All => pulls.All;

    public GithubPull this[int number] => pulls[number];

    public GithubPull? Find(int number) => pulls.TryGet(number, out var pull) ? pull : null;

    public GithubPull Open(string title, string head, string? @base = null, Func<GithubPull, GithubPull>? shape = null) => repository.Change(told =>
    {
        var opened = Add(title, head, @base, shape);
        Tell(told, "opened", opened);
        return opened;
    });

    /// <summary>Changes the pull request and sets its <c>updated_at</c>.</summary>
    public GithubPull Update(int number, Func<GithubPull, GithubPull> change, string action = "edited") => repository.Change(told =>
    {
        var before = pulls[number];
        var after = pulls[number] = change(before) with { Updated = repository.Now() };
        Tell(told, action, after, before.Title == after.Title ? null : new { title = new { from = before.Title } });
        return after;
    });

    public GithubPull Close(int number) => Update(number, p => p with { Open = false, Closed = repository.Now() }, "closed");

    public GithubPull Reopen(int number) => Update(number, p => p with { Open = true, Closed = null }, "reopened");

    /// <summary>Merges the head into the base, which adds a commit there, and may delete the head's branch as the button does.</summary>
    public GithubPull Merge(int number, MergeMethod method = MergeMethod.Merge, bool deleteBranch = false, GithubUser? by = null) =>
        repository.Change(told =>
        {
            var merged = Merge(number, method, by ?? GithubUser.Colleagues[0], repository.Now(), null, told);
            if (deleteBranch && repository.Git.Branch(merged.HeadRef) is not null) repository.Git.Drop(merged.HeadRef, told);
            return merged;
        });

    public IReadOnlyList<GithubReview> Reviews(int number)
    {
        lock (repository.Gate) return reviews.TryGetValue(number, out var given) ? given : [];
    }

    public GithubReview Review(int number, string state = "APPROVED", GithubUser? by = null, string body = "Looks good to me.") => repository.Change(told =>
    {
        var now = repository.Now();
        var given = AddReview(number, state, by ?? GithubUser.Colleagues[1], body, now);
        pulls[number] = pulls[number] with { Updated = now };
        told.Add(repository.Event("pull_request_review", "submitted", given.User) with { Pull = pulls[number], Review = given });
        return given;
    });

    /// <summary>Null when asked for the first time after the head moved: GitHub computes it then, and knows it the next time.</summary>
    internal bool? Mergeable(GithubPull pull)
    {
        lock (repository.Gate) return computed.Add($"{pull.Number} {pull.HeadSha}") ? null : true;
    }

    internal GithubReview AddReview(int number, string state, GithubUser? by, string body, DateTimeOffset at)
    {
        var given = new GithubReview(repository.NextId(), number, by, state, body, pulls[number].HeadSha, at);
        reviews[number] = [.. Reviews(number), given];
        return given;
    }

    internal GithubPull Add(string title, string head, string? @base, Func<GithubPull, GithubPull>? shape)
    {
        var onto = @base ?? repository.DefaultBranch;
        var git = repository.Git;
        var (from, to) = (git.Resolve(head), git.Resolve(onto));
        if (from is null || to is null) throw new KeyNotFoundException($"The fake GitHub has no branch '{(from is null ? head : onto)}' here.");
        var now = repository.Now();
        var pull = new GithubPull
        {
            Id = repository.NextId(), Number = repository.NextNumber(), Title = title, HeadRef = head, HeadSha = from.Sha, BaseRef = onto, BaseSha = to.Sha,
            Created = now, Updated = now, User = GithubUser.Colleagues[0],
        };
        if (shape is not null) pull = shape(pull);
        Set(pull);
        return pull;
    }

    internal GithubPull Merge(int number, MergeMethod method, GithubUser by, DateTimeOffset now, IEnumerable<FileChange>? changes, List<GithubEvent> told)
    {
        var (pull, git) = (pulls[number], repository.Git);
        var target = git.Branch(pull.BaseRef)!.Sha;
        var files = changes ?? git.Graph.Compare(git.Graph.Find(target)!, git.Graph.Find(pull.HeadSha)!)?.Files ?? [];
        ImmutableArray<string> parents = method == MergeMethod.Merge ? [target, pull.HeadSha] : [target];
        var message = method == MergeMethod.Merge
            ? $"Merge pull request #{number} from {repository.Owner.Login}/{pull.HeadRef}\n\n{pull.Title}"
            : $"{pull.Title} (#{number})";
        var commit = git.Add(parents, new CommitDraft(message) { Author = by, CommitterDate = now, Changes = [.. files] });
        git.Move(pull.BaseRef, commit.Sha, told, by);
        var merged = pulls[number] = pull with
        {
            Open = false, Closed = now, Merged = now, MergedBy = by, MergeCommitSha = commit.Sha, Updated = now,
        };
        told.Add(repository.Event("pull_request", "closed", by) with { Pull = merged });
        return merged;
    }

    internal void HeadMoved(string branch, string sha, List<GithubEvent> told)
    {
        if (!heads.Contains(branch)) return;
        foreach (var pull in pulls.All.Where(p => p.Open && p.HeadRef == branch && p.HeadSha != sha))
        {
            var moved = pulls[pull.Number] = pull with { HeadSha = sha, Updated = repository.Now() };
            told.Add(repository.Event("pull_request", "synchronize") with { Pull = moved, Before = pull.HeadSha, After = sha });
        }
    }

    internal void HeadGone(string branch, List<GithubEvent> told)
    {
        foreach (var pull in pulls.All.Where(p => p.Open && p.HeadRef == branch))
        {
            var now = repository.Now();
            Tell(told, "closed", pulls[pull.Number] = pull with { Open = false, Closed = now, Updated = now });
        }
    }

    internal void Set(GithubPull pull)
    {
        pulls[pull.Number] = pull;
        heads.Add(pull.HeadRef);
    }

    void Tell(List<GithubEvent> told, string action, GithubPull pull, object? changes = null) =>
        told.Add(repository.Event("pull_request", action) with { Pull = pull, Changes = changes });
}
