using System.Collections.Immutable;

namespace Hub.FakeGithub;

/// <summary>One state of one issue; pull requests are not in here, though the API lists both.</summary>
public sealed record GithubIssue
{
    public required long Id { get; init; }
    public required int Number { get; init; }
    public required DateTimeOffset Created { get; init; }
    public required DateTimeOffset Updated { get; init; }

    public string Title { get; init; } = "";
    public string? Body { get; init; }
    public bool Open { get; init; } = true;

    /// <summary><c>completed</c>, <c>not_planned</c>, <c>reopened</c> or null.</summary>
    public string? StateReason { get; init; }

    public GithubUser? User { get; init; }
    public DateTimeOffset? Closed { get; init; }
    public ImmutableArray<string> Labels { get; init; } = [];
    public ImmutableArray<GithubUser> Assignees { get; init; } = [];
}

/// <summary>A comment on an issue or on the conversation of a pull request.</summary>
public sealed record GithubComment(long Id, int Issue, GithubUser? User, string Body, DateTimeOffset Created, DateTimeOffset Updated);

/// <summary>The issues of a repository, and the comments on them and on pull requests.</summary>
public sealed class IssueList
{
    readonly GithubRepository repository;
    readonly Numbered<GithubIssue> issues;
    readonly Dictionary<int, ImmutableArray<GithubComment>> comments = [];
    readonly HashSet<int> deleted = [];
    readonly Dictionary<int, (GithubRepository To, int Number)> moved = [];

    internal IssueList(GithubRepository repository)
    {
        this.repository = repository;
        issues = new Numbered<GithubIssue>(repository.Gate, "issue");
    }

    public IReadOnlyList<GithubIssue> All => issues.All;

    public GithubIssue this[int number] => issues[number];

    public GithubIssue? Find(int number) => issues.TryGet(number, out var issue) ? issue : null;

    public GithubIssue Open(string title, Func<GithubIssue, GithubIssue>? shape = null) => repository.Change(told =>
    {
        var opened = Add(title, shape);
        told.Add(repository.Event("issues", "opened", opened.User) with { Issue = opened });
        return opened;
    });

    /// <summary>Changes the issue and sets its <c>updated_at</c>.</summary>
    public GithubIssue Update(int number, Func<GithubIssue, GithubIssue> change, string action = "edited") => repository.Change(told =>
    {
        var before = issues[number];
        var after = issues[number] = change(before) with { Updated = repository.Now() };
        var changes = before.Title == after.Title ? null : new { title = new { from = before.Title } };
        told.Add(repository.Event("issues", action) with { Issue = after, Changes = changes });
        return after;
    });

    public GithubIssue Close(int number, string reason = "completed") =>
        Update(number, i => i with { Open = false, StateReason = reason, Closed = repository.Now() }, "closed");

    public GithubIssue Reopen(int number) => Update(number, i => i with { Open = true, StateReason = "reopened", Closed = null }, "reopened");

    /// <summary>Takes the issue away: asked for by number it is 410 from now on.</summary>
    public void Delete(int number) => repository.Change(told =>
    {
        told.Add(repository.Event("issues", "deleted") with { Issue = issues[number] });
        issues.Remove(number);
        return deleted.Add(number);
    });

    /// <summary>Moves the issue to another repository: there it has a new number, here it is 301.</summary>
    public GithubIssue Transfer(int number, GithubRepository to)
    {
        var leaving = issues[number];
        var arrived = to.Issues.Open(leaving.Title, i => leaving with { Id = i.Id, Number = i.Number, Updated = i.Updated });
        repository.Change(told =>
        {
            told.Add(repository.Event("issues", "transferred") with { Issue = leaving });
            issues.Remove(number);
            return moved[number] = (to, arrived.Number);
        });
        return arrived;
    }

    public IReadOnlyList<GithubComment> Comments(int number)
    {
        lock (repository.Gate) return comments.TryGetValue(number, out var made) ? made : [];
    }

    /// <summary>Comments on an issue or a pull request, which is thereby updated.</summary>
    public GithubComment Comment(int number, string body, GithubUser? by = null) => repository.Change(told =>
    {
        var now = repository.Now();
        var comment = AddComment(number, body, by ?? GithubUser.Colleagues[1], now);
        var pull = repository.Pulls.Find(number);
        if (pull is not null) repository.Pulls.Set(pull with { Updated = now });
        else issues[number] = issues[number] with { Updated = now };
        told.Add(repository.Event("issue_comment", "created", comment.User) with { Comment = comment, Issue = Find(number), Pull = pull });
        return comment;
    });

    internal bool WasDeleted(int number)
    {
        lock (repository.Gate) return deleted.Contains(number);
    }

    internal (GithubRepository To, int Number)? MovedTo(int number)
    {
        lock (repository.Gate) return moved.TryGetValue(number, out var to) ? to : null;
    }

    internal GithubComment AddComment(int number, string body, GithubUser? by, DateTimeOffset at)
    {
        var comment = new GithubComment(repository.NextId(), number, by, body, at, at);
        comments[number] = [.. Comments(number), comment];
        return comment;
    }

    internal GithubIssue Add(string title, Func<GithubIssue, GithubIssue>? shape)
    {
        var now = repository.Now();
        var issue = new GithubIssue
        {
            Id = repository.NextId(), Number = repository.NextNumber(), Title = title, Created = now, Updated = now, User = GithubUser.Colleagues[0],
        };
        return issues[issue.Number] = shape is null ? issue : shape(issue);
    }
}
