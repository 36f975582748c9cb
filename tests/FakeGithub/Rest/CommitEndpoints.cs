namespace Hub.FakeGithub;

/// <summary>Commits of a branch, one commit, and what lies between two.</summary>
static class CommitEndpoints
{
    const int UnpagedCommits = 250;

    public static void Map(RestApi api)
    {
        api.MapRepository("GET", "/commits", List);
        api.MapRepository("GET", "/commits/{**sha}", call =>
        {
            NotEmpty(call);
            var commit = call.Repository.Git.Resolve(call.Route("sha")) ?? throw new GithubProblem(422, $"No commit found for SHA: {call.Route("sha")}");
            return Answer.Ok(call.View.Commit(call.Repository, commit, whole: true), commit.Committer.Date);
        });
        api.MapRepository("GET", "/compare/{**range}", Compare);
    }

    public static void NotEmpty(Call call)
    {
        if (call.Repository.Git.IsEmpty) throw new GithubProblem(409, "Git Repository is empty.");
    }

    /// <summary>Dates are those of the committer, so what was written long ago and pushed today is not among what is new since yesterday.</summary>
    static Answer List(Call call)
    {
        NotEmpty(call);
        var git = call.Repository.Git;
        var (since, until, path, author) = (call.Time("since"), call.Time("until"), call.Query("path")?.Trim('/'), call.Query("author"));
        bool Wanted(GithubCommit commit) =>
            (since is null || commit.Committer.Date >= since) && (until is null || commit.Committer.Date <= until)
            && (path is null || (commit.Parents.Length < 2 && commit.Changes.Any(c => c.Path == path || c.Path.StartsWith(path + "/", StringComparison.Ordinal))))
            && (author is null || author.Equals(commit.AuthorUser?.Login, StringComparison.OrdinalIgnoreCase) || author == commit.Author.Email);

        return call.Page(() =>
        {
            var tip = git.Resolve(call.Query("sha") ?? "HEAD") ?? throw GithubProblem.NotFound();
            var history = git.Graph.History(tip.Sha);
            return since is null && until is null && path is null && author is null ? history : history.Where(Wanted);
        }, commit => call.View.Commit(call.Repository, commit));
    }

    static Answer Compare(Call call)
    {
        var range = call.Route("range");
        var ends = range.Split("...");
        if (ends.Length != 2 || Find(call, ends[0]) is not { } from || Find(call, ends[1]) is not { } to) throw GithubProblem.NotFound();
        var found = call.Repository.Git.Graph.Compare(from, to) ?? throw new GithubProblem(404, $"No common ancestor between {ends[0]} and {ends[1]}.");
        if (call.Query("page") is null && call.Query("per_page") is null)
            return Answer.Ok(call.View.Comparison(call.Repository, range, from, found, found.Ahead.Take(UnpagedCommits), withFiles: true));

        // Oldest first over the pages; the files are on the first page only.
        var (size, number) = Paging.Wanted(call);
        var page = found.Ahead.Skip((number - 1) * size).Take(size);
        var links = Paging.Numbered(call, number, (found.Ahead.Count + size - 1) / size);
        return Paging.Listed(call, page, found.Ahead.Count, (_, commits) =>
            call.View.Comparison(call.Repository, range, from, found, commits.Cast<GithubCommit>(), withFiles: number == 1), links);
    }

    // A name may have its owner in front: octocat:main.
    static GithubCommit? Find(Call call, string name) => call.Repository.Git.Resolve(name.Contains(':', StringComparison.Ordinal) ? name.Split(':')[1] : name);
}
