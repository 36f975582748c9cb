namespace Hub.FakeGithub;

/// <summary>Commits, branches, files and comparisons.</summary>
sealed partial class GithubView
{
    public object Commit(GithubRepository repository, GithubCommit commit, bool whole = false)
    {
        var url = $"{Api(repository)}/commits/{commit.Sha}";
        var plain = new
        {
            sha = commit.Sha, node_id = NodeId("Commit", commit.Sha), commit = Inner(repository, commit), url,
            html_url = $"{Page(repository)}/commit/{commit.Sha}",
            comments_url = $"{url}/comments", author = User(commit.AuthorUser), committer = User(commit.CommitterUser),
            parents = commit.Parents.Select(p => new { sha = p, url = $"{Api(repository)}/commits/{p}", html_url = $"{Page(repository)}/commit/{p}" }),
        };
        if (!whole) return plain;
        var (added, deleted) = (commit.Changes.Sum(c => c.Additions), commit.Changes.Sum(c => c.Deletions));
        return new
        {
            plain.sha, plain.node_id, plain.commit, plain.url, plain.html_url, plain.comments_url, plain.author, plain.committer, plain.parents,
            stats = new { total = added + deleted, additions = added, deletions = deleted },
            files = commit.Changes.Take(300).Select(c => File(repository, commit, c)),
        };
    }

    object Inner(GithubRepository repository, GithubCommit commit) => new
    {
        author = Identity(commit.Author), committer = Identity(commit.Committer), message = commit.Message,
        tree = new { sha = commit.TreeSha, url = $"{Api(repository)}/git/trees/{commit.TreeSha}" }, url = $"{Api(repository)}/git/commits/{commit.Sha}",
        comment_count = 0,
        verification = new { verified = false, reason = "unsigned", signature = (string?)null, payload = (string?)null, verified_at = (string?)null },
    };

    static object Identity(GitIdentity identity) => new { name = identity.Name, email = identity.Email, date = At(identity.Date) };

    public object File(GithubRepository repository, GithubCommit at, FileChange change)
    {
        var path = string.Join('/', change.Path.Split('/').Select(Uri.EscapeDataString));
        Dictionary<string, object?> file = new()
        {
            ["sha"] = TreeFile.Hash(at.Sha + change.Path), ["filename"] = change.Path, ["status"] = change.Status, ["additions"] = change.Additions,
            ["deletions"] = change.Deletions, ["changes"] = change.Additions + change.Deletions, ["blob_url"] = $"{Page(repository)}/blob/{at.Sha}/{path}",
            ["raw_url"] = $"{Page(repository)}/raw/{at.Sha}/{path}", ["contents_url"] = $"{Api(repository)}/contents/{path}?ref={at.Sha}",
        };
        if (change.PreviousPath is not null) file["previous_filename"] = change.PreviousPath;
        if (change.Additions + change.Deletions > 0) file["patch"] = $"@@ -1,{change.Deletions} +1,{change.Additions} @@\n-before\n+after";
        return file;
    }

    public object Branch(GithubRepository repository, GithubBranch branch, bool whole = false) => whole
        ? new
        {
            name = branch.Name, commit = Commit(repository, repository.Git.Resolve(branch.Sha)!), @protected = branch.Protected,
            protection_url = $"{Api(repository)}/branches/{branch.Name}/protection",
        }
        : new
        {
            name = branch.Name, commit = new { sha = branch.Sha, url = $"{Api(repository)}/commits/{branch.Sha}" }, @protected = branch.Protected,
            protection_url = $"{Api(repository)}/branches/{branch.Name}/protection",
        };

    public object Tag(GithubRepository repository, GithubTag tag) => new
    {
        name = tag.Name, zipball_url = $"{Api(repository)}/zipball/refs/tags/{tag.Name}", tarball_url = $"{Api(repository)}/tarball/refs/tags/{tag.Name}",
        commit = new { sha = tag.Sha, url = $"{Api(repository)}/commits/{tag.Sha}" }, node_id = NodeId("Ref", tag.Name),
    };

    public object Comparison(GithubRepository repository, string range, GithubCommit @base, Comparison found, IEnumerable<GithubCommit> commits, bool withFiles)
    {
        var page = $"{Page(repository)}/compare/{range}";
        var head = found.Ahead.Count > 0 ? found.Ahead[^1] : found.MergeBase;
        return new
        {
            url = $"{Api(repository)}/compare/{range}", html_url = page, permalink_url = page, diff_url = $"{page}.diff", patch_url = $"{page}.patch",
            base_commit = Commit(repository, @base), merge_base_commit = Commit(repository, found.MergeBase), status = found.Status,
            ahead_by = found.Ahead.Count, behind_by = found.Behind, total_commits = found.Ahead.Count, commits = commits.Select(c => Commit(repository, c)),
            files = withFiles ? found.Files.Take(300).Select(f => File(repository, head, f)) : [],
        };
    }
}
