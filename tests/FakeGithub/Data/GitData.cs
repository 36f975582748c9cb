using System.Collections.Immutable;

namespace Hub.FakeGithub;

public sealed record GithubBranch(string Name, string Sha, bool Protected = false);

public sealed record GithubTag(string Name, string Sha);

/// <summary>Branches, tags and commits of a repository.</summary>
public sealed class GitData
{
    readonly GithubRepository repository;
    readonly SortedDictionary<string, GithubBranch> branches = new(StringComparer.Ordinal);
    readonly SortedDictionary<string, GithubTag> tags = new(StringComparer.Ordinal);

    internal GitData(GithubRepository repository)
    {
        this.repository = repository;
        Graph = new CommitGraph(repository.Gate);
    }

    internal CommitGraph Graph { get; }

    public bool IsEmpty => Graph.Count == 0;

    public IReadOnlyList<GithubBranch> Branches
    {
        get { lock (repository.Gate) return [.. branches.Values]; }
    }

    /// <summary>Newest name first, as GitHub lists them.</summary>
    public IReadOnlyList<GithubTag> Tags
    {
        get { lock (repository.Gate) return [.. tags.Values.Reverse()]; }
    }

    public GithubBranch? Branch(string name)
    {
        lock (repository.Gate) return branches.GetValueOrDefault(name);
    }

    /// <summary>The commits of a branch (or of any ref), newest first.</summary>
    public IReadOnlyList<GithubCommit> Log(string reference) =>
        Resolve(reference) is { } tip ? Graph.History(tip.Sha) : throw new KeyNotFoundException($"The fake GitHub has no '{reference}' here.");

    /// <summary>A branch, tag or hash; also <c>refs/heads/x</c>, <c>heads/x</c> and <c>HEAD</c>.</summary>
    public GithubCommit? Resolve(string reference)
    {
        lock (repository.Gate)
        {
            var name = reference.StartsWith("refs/", StringComparison.Ordinal) ? reference[5..] : reference;
            if (name.StartsWith("heads/", StringComparison.Ordinal) && branches.TryGetValue(name[6..], out var head)) return Graph.Find(head.Sha);
            if (name.StartsWith("tags/", StringComparison.Ordinal) && tags.TryGetValue(name[5..], out var mark)) return Graph.Find(mark.Sha);
            if (name == "HEAD") name = repository.DefaultBranch;
            return branches.TryGetValue(name, out var branch) ? Graph.Find(branch.Sha)
                : tags.TryGetValue(name, out var tag) ? Graph.Find(tag.Sha) : Graph.Find(name);
        }
    }

    /// <summary>Adds a commit to the branch, which it makes if the repository is empty.</summary>
    public GithubCommit Commit(string branch, string message) => Push(branch, new CommitDraft(message))[^1];

    /// <summary>Adds these commits to the branch in one push.</summary>
    public IReadOnlyList<GithubCommit> Push(string branch, params CommitDraft[] drafts) => repository.Change(told =>
    {
        var before = Branch(branch)?.Sha;
        List<GithubCommit> made = [];
        foreach (var draft in drafts) made.Add(Add(made.Count > 0 ? [made[^1].Sha] : before is null ? [] : [before], draft));
        Move(branch, made[^1].Sha, told, Account(drafts[^1]));
        return made;
    });

    /// <summary>Makes the branch point to any commit there is, also one that was just written onto another by <see cref="Loose"/>.</summary>
    public void ForcePush(string branch, string sha) => repository.Change(told =>
    {
        Move(branch, Graph.Find(sha)?.Sha ?? throw new KeyNotFoundException($"The fake GitHub has no commit '{sha}' here."), told, null);
        return true;
    });

    /// <summary>A commit that no branch reaches, on top of this parent; none makes a root.</summary>
    public GithubCommit Loose(string? parent, CommitDraft draft) => repository.Change(_ => Add(parent is null ? [] : [parent], draft));

    /// <summary>Replaces the last commits of a branch by others, as a rebase does.</summary>
    public IReadOnlyList<GithubCommit> Rewrite(string branch, int drop, params CommitDraft[] drafts) => repository.Change(told =>
    {
        var tip = Graph.Find(branches[branch].Sha)!;
        for (var i = 0; i < drop; i++) tip = Graph.Find(tip.Parents[0])!;
        List<GithubCommit> made = [];
        foreach (var draft in drafts) made.Add(tip = Add([tip.Sha], draft));
        Move(branch, tip.Sha, told, null);
        return made;
    });

    public GithubBranch CreateBranch(string name, string? from = null) => repository.Change(told =>
    {
        var sha = Resolve(from ?? repository.DefaultBranch)?.Sha ?? throw new KeyNotFoundException($"The fake GitHub has no '{from}' here.");
        Move(name, sha, told, null);
        return branches[name];
    });

    /// <summary>Open pull requests from the branch are closed by it.</summary>
    public void DeleteBranch(string name) => repository.Change(told =>
    {
        Drop(name, told);
        return true;
    });

    public void Protect(string branch, bool protect = true)
    {
        lock (repository.Gate) branches[branch] = branches[branch] with { Protected = protect };
    }

    public GithubTag Tag(string name, string? reference = null) => repository.Change(told =>
    {
        var sha = Resolve(reference ?? repository.DefaultBranch)!.Sha;
        told.Add(repository.Event("create", null) with { Ref = name, RefType = "tag" });
        return tags[name] = new GithubTag(name, sha);
    });

    public void DeleteTag(string name) => repository.Change(told =>
    {
        told.Add(repository.Event("delete", null) with { Ref = name, RefType = "tag" });
        return tags.Remove(name);
    });

    /// <summary>Takes the branch away without a word.</summary>
    internal void Forget(string name) => branches.Remove(name);

    internal void Drop(string name, List<GithubEvent> told)
    {
        if (!branches.Remove(name, out var gone)) throw new KeyNotFoundException($"The fake GitHub has no branch '{name}' here.");
        told.Add(repository.Event("delete", null) with { Ref = name, RefType = "branch" });
        told.Add(repository.Event("push", null) with { Ref = $"refs/heads/{name}", Before = gone.Sha, After = null });
        repository.Pulls.HeadGone(name, told);
    }

    internal void Move(string branch, string sha, List<GithubEvent> told, GithubUser? actor)
    {
        var before = branches.GetValueOrDefault(branch);
        branches[branch] = new GithubBranch(branch, sha, before?.Protected ?? false);
        repository.Pushed = repository.Updated = repository.Now();
        if (before is null) told.Add(repository.Event("create", null, actor) with { Ref = branch, RefType = "branch" });
        told.Add(repository.Event("push", null, actor) with { Ref = $"refs/heads/{branch}", Before = before?.Sha, After = sha });
        repository.Pulls.HeadMoved(branch, sha, told);
    }

    internal GithubCommit Add(ImmutableArray<string> parents, CommitDraft draft)
    {
        var now = repository.Now();
        var account = Account(draft);
        var committed = draft.CommitterDate ?? now;
        var author = draft.AuthorIdentity ?? account.At(draft.AuthorDate ?? committed);
        var web = parents.Length > 1;
        var message = draft.Message + string.Concat(draft.CoAuthors.Select((c, i) => $"{(i == 0 ? "\n" : "")}\nCo-authored-by: {c.Name} <{c.Email}>"));
        var committer = web ? GithubUser.WebFlow.At(committed) : author with { Date = committed };
        return Graph.Add(new GithubCommit
        {
            Sha = TreeFile.Hash($"{repository.Id} {Graph.Count} {string.Join(' ', parents)} {author} {committer} {message}"),
            Parents = parents,
            Message = message,
            Author = author,
            Committer = committer,
            AuthorUser = draft.NoAccount ? null : account,
            CommitterUser = draft.NoAccount ? null : web ? GithubUser.WebFlow : account,
            Changes = [.. draft.Changes ?? [new FileChange("README.md")]],
        });
    }

    static GithubUser Account(CommitDraft draft) => draft.Author ?? GithubUser.Colleagues[0];
}
